import type { View } from "../../shell/view.ts";

export const check: View = {
  title: "Check",
  navigation: "Check",
  load: () => import("./check.tsx"),
};
