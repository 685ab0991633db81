import type { View } from "../../shell/view.ts";

export const flow: View = {
  path: "/",
  title: "Live flow",
  navigation: "Live flow",
  load: () => import("./flow.tsx"),
};
