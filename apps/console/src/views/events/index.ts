import type { View } from "../../shell/view.ts";

export const events: View = {
  title: "Events",
  navigation: "Events",
  load: () => import("./events.tsx"),
};
