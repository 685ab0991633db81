import type { View } from "../../shell/view.ts";

export const cost: View = {
  title: "Cost",
  navigation: "Cost",
  load: () => import("./cost.tsx"),
};
