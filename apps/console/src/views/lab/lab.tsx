import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import type { LabPreset } from "../../api/lab.ts";
import { get } from "../../client/request.ts";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Compare } from "./compare.tsx";
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
        <Empty title="Choose a picture">
          <p>Write the key of an uploaded picture above, or open the lab from an image's page.</p>
        </Empty>
      ) : (
        <Compare pictureKey={key} name={chosen} before={own} after={preset} />
      )}
    </>
  );
}
