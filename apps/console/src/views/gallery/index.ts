import type { View } from "../../shell/view.ts";

export const gallery: View = {
  title: "Images",
  navigation: "Images",
  load: () => import("./gallery.tsx"),
};
