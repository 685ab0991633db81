declare module "heic-convert" {
  interface Order {
    buffer: Uint8Array;
    format: "JPEG" | "PNG";
    /** From 0 to 1 (default: 0.92). */
    quality?: number;
  }

  export default function convert(order: Order): Promise<ArrayBuffer>;
}
