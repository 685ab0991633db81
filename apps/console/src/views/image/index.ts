import type { View } from "../../shell/view.ts";

export const image: View = {
  path: "/images/:key",
  title: "Image",
  load: () => import("./image.tsx"),
};
