import { useQuery } from "@tanstack/preact-query";
import { get } from "../../client/request.ts";
import { Key } from "../../parts/key.tsx";
import { Picture } from "../../parts/picture.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";

const OFFERED = 24;

/** The newest processed pictures, to choose one. */
export function Choose({ onChoose }: { onChoose(key: string): void }) {
  const { data, error } = useQuery({
    queryKey: ["lab", "choose"],
    queryFn: ({ signal }) => get("/api/images", { status: "processed" }, signal),
  });
  if (error) return <ProblemNote problem={error.message} />;
  if (!data) return <Loading what="the newest pictures" />;
  if (data.images.length === 0)
    return (
      <Empty title="Choose a picture">
        <p>Write the key of an uploaded picture above. The newest processed ones appear here.</p>
      </Empty>
    );
  return (
    <>
      <h2>Choose a picture</h2>
      <ul class="choice" aria-label="The newest processed pictures">
        {data.images.slice(0, OFFERED).map(({ key, thumbnail, placeholder }) => (
          <li key={key}>
            <button type="button" class="plain" onClick={() => onChoose(key)}>
              <Picture rendition={thumbnail} placeholder={placeholder} />
              <Key text={key} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
