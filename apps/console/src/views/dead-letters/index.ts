import type { View } from "../../shell/view.ts";

export const deadLetters: View = {
  title: "Dead letters",
  navigation: "Dead letters",
  load: () => import("./dead-letters.tsx"),
};
