/** The widths are those of the presets, so that Next asks for no other. */
export default {
  images: {
    loader: "custom",
    loaderFile: "./image-loader.js",
    deviceSizes: [320, 640, 1280, 2048],
    imageSizes: [],
  },
};
