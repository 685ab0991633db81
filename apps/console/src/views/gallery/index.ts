import type { View } from "../../shell/view.ts";

export const gallery: View = {
  path: "/images",
  title: "Images",
  navigation: "Images",
  load: () => import("./gallery.tsx"),
};
