export { lanczos } from "./lanczos.ts";
export { type Luma, toLuma } from "./luma.ts";
export { ssim } from "./ssim.ts";
