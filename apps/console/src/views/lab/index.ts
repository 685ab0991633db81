import type { View } from "../../shell/view.ts";

export const lab: View = {
  path: "/lab",
  title: "Presets lab",
  navigation: "Presets lab",
  load: () => import("./lab.tsx"),
};
