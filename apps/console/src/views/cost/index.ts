import type { View } from "../../shell/view.ts";

export const cost: View = {
  path: "/cost",
  title: "Cost",
  navigation: "Cost",
  load: () => import("./cost.tsx"),
};
