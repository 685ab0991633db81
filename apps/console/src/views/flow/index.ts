import type { View } from "../../shell/view.ts";

export const flow: View = {
  title: "Live flow",
  navigation: "Live flow",
  load: () => import("./flow.tsx"),
};
