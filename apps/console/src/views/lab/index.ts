import type { View } from "../../shell/view.ts";

export const lab: View = {
  title: "Presets lab",
  navigation: "Presets lab",
  load: () => import("./lab.tsx"),
};
