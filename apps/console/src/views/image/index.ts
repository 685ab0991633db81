import type { View } from "../../shell/view.ts";

export const image: View = {
  title: "Image",
  load: () => import("./image.tsx"),
};
