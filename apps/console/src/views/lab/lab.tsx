import "./lab.css";
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import type { FocalPoint, LabPreset } from "../../api/lab.ts";
import { get } from "../../client/request.ts";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Choose } from "./choose.tsx";
import { Compare } from "./compare.tsx";
import { Focus, toFocusText } from "./focus.tsx";
import { Settings } from "./settings.tsx";

export default function Lab() {
  const [parameters, setParameters] = useSearchParams();
  const key = parameters.get("key") ?? "";
  const { data, error } = useQuery({ queryKey: ["lab"], queryFn: () => get("/api/lab") });
  const [name, setName] = useState<string>();
  const [changed, setChanged] = useState<LabPreset>();
  if (error) return <ProblemNote problem={error.message} />;
  if (!data) return <Loading what="the presets" />;
  const [first] = Object.keys(data.presets);
  const chosen = name ?? first ?? "";
  const own = data.presets[chosen];
  if (!own) return <Empty title="The config has no preset" />;
  const preset = changed ?? own;
  return (
    <>
      <form class="buttons start" onSubmit={(event) => event.preventDefault()}>
        <label>
          Key of a picture{" "}
          <input
            size={40}
            value={key}
            placeholder="photos/a.jpg"
            onChange={({ currentTarget }) => setParameters({ key: currentTarget.value })}
          />
        </label>
        <label>
          Preset{" "}
          <select
            value={chosen}
            onChange={({ currentTarget }) => {
              setName(currentTarget.value);
              setChanged(undefined);
            }}
          >
            {Object.keys(data.presets).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </form>
      <Settings name={chosen} preset={preset} onChange={setChanged} />
      {key === "" ? (
        <Choose onChoose={(one) => setParameters({ key: one })} />
      ) : (
        <Picture key={key} pictureKey={key} name={chosen} before={own} after={preset} />
      )}
    </>
  );
}

/** One picture: its focal point where something is cropped, and both presets. */
function Picture({
  pictureKey,
  name,
  before,
  after,
}: {
  pictureKey: string;
  name: string;
  before: LabPreset;
  after: LabPreset;
}) {
  const isCropped = before.fit === "cover" || after.fit === "cover";
  const [chosen, setChosen] = useState<FocalPoint | null>();
  const { data: preview } = useQuery({
    queryKey: ["lab", "preview", pictureKey],
    queryFn: ({ signal }) => get("/api/lab/preview", { key: pictureKey }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isCropped,
  });
  const focus = chosen === undefined ? (preview?.focus ?? null) : chosen;
  // Text that is no point overrules the upload's own point.
  const focusText = focus ? toFocusText(focus) : "none";
  return (
    <>
      {isCropped && preview && <Focus preview={preview} focus={focus} onChange={setChosen} />}
      <Compare
        pictureKey={pictureKey}
        focus={chosen === undefined ? undefined : focusText}
        name={name}
        before={before}
        after={after}
      />
    </>
  );
}
