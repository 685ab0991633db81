import { useMemo, useState } from "preact/hooks";
import { thumbHashToDataURL } from "thumbhash";
import { toFileUrl } from "../api/images.ts";

/** A rendition over its placeholder; the placeholder stays if it cannot be loaded. */
export function Picture({
  rendition,
  placeholder,
  alt = "",
}: {
  rendition: string | null;
  placeholder: string | null;
  alt?: string;
}) {
  const background = useMemo(() => toBackground(placeholder), [placeholder]);
  const [failed, setFailed] = useState<string>();
  return (
    <span class="picture" style={{ backgroundImage: background }}>
      {rendition !== null && failed !== rendition && (
        <img
          src={toFileUrl("rendition", rendition)}
          alt={alt}
          loading="lazy"
          decoding="async"
          onError={() => setFailed(rendition)}
        />
      )}
    </span>
  );
}

function toBackground(placeholder: string | null): string {
  if (placeholder === null) return "none";
  try {
    const hash = Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0));
    return `url(${thumbHashToDataURL(hash)})`;
  } catch {
    return "none";
  }
}
