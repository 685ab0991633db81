import { picture } from "@image-pipeline/client";
import { Picture } from "@image-pipeline/client/react";
import Image, { getImageProps } from "next/image";

const baseUrl = process.env.NEXT_PUBLIC_IMAGES_URL;
const key = "photos/cat.jpg";
const alt = "A cat on a wall";

export default async function Page() {
  const manifest = await (await fetch(`${baseUrl}/manifests/${key}.json`)).json();
  return (
    <main>
      {/* The package's own component needs no next/image. */}
      <Picture manifest={manifest} baseUrl={baseUrl} sizes="100vw" alt={alt} />
      {/* next/image with the loader of image-loader.js: the readable addresses need no manifest. */}
      <Image src={key} width={1280} height={960} sizes="100vw" alt={alt} />
      <PreparedPicture manifest={manifest} />
    </main>
  );
}

/** The renditions of a manifest with the attributes of next/image, such as its lazy loading and its styles. */
function PreparedPicture({ manifest }) {
  const data = picture(manifest, { baseUrl, sizes: "100vw" });
  if (data === null) return null;
  const { props } = getImageProps({ ...data.img, alt, unoptimized: true });
  return (
    <picture>
      {data.sources.map(({ type, srcset, sizes }) => (
        <source key={type} type={type} srcSet={srcset} sizes={sizes} />
      ))}
      <img {...props} alt={alt} />
    </picture>
  );
}
