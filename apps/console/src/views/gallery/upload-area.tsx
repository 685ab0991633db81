import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useSession } from "../../client/use-session.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { toImagePath } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { type Upload, useUploads } from "./use-uploads.ts";

/** The gallery's head with its button, and the area that takes dropped files. */
export function UploadArea({ head, children }: { head: ComponentChildren; children: ComponentChildren }) {
  const { session } = useSession();
  const { uploads, start, clear } = useUploads();
  const [isDropping, setDropping] = useState(false);
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const isAllowed = session?.allowsWrites ?? false;

  function choose(files: FileList | null | undefined): void {
    const list = [...(files ?? [])];
    if (!session || !isAllowed || list.length === 0) return;
    if (session.isLocal) void start(list, session, "");
    else setChosen(list);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button does the same for those who cannot drop
    <div
      class={isDropping ? "dropping" : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(isAllowed);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setDropping(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        choose(event.dataTransfer?.files);
      }}
    >
      <div class="gallery-head">
        {head}
        {isAllowed ? (
          <button type="button" onClick={() => input.current?.click()}>
            Upload, or drop files here
          </button>
        ) : (
          <span class="quiet">Read-only: uploads need --allow-writes</span>
        )}
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={({ currentTarget }) => {
            choose(currentTarget.files);
            currentTarget.value = "";
          }}
        />
      </div>
      {uploads.length > 0 && <UploadList uploads={uploads} onClear={clear} />}
      {children}
      {session && chosen.length > 0 && (
        <Confirm
          title={`Upload ${chosen.length === 1 ? "1 file" : `${chosen.length} files`} to ${session.environment}?`}
          action="Upload"
          onCancel={() => setChosen([])}
          onConfirm={(environment) => {
            setChosen([]);
            void start(chosen, session, environment);
          }}
        >
          <p>The pipeline processes them like any other upload. An image that exists is not replaced.</p>
        </Confirm>
      )}
    </div>
  );
}

function UploadList({ uploads, onClear }: { uploads: readonly Upload[]; onClear(): void }) {
  const isRunning = uploads.some(({ state }) => state === "waiting" || state === "sending");
  return (
    <section aria-label="Uploads">
      <ul class="uploads" aria-live="polite">
        {uploads.map(({ id, key, progress, state, problem }) => (
          <li key={id}>
            {state === "done" ? (
              <Link href={toImagePath(key)}>
                <Key text={key} />
              </Link>
            ) : (
              <Key text={key} />
            )}
            {state === "sending" && <progress value={progress} aria-label={`Upload of ${key}`} />}
            <span class={state === "failed" ? "bad-text" : "quiet"}>{problem ?? state}</span>
          </li>
        ))}
      </ul>
      {!isRunning && (
        <p>
          <button type="button" onClick={onClear}>
            Close this list
          </button>
        </p>
      )}
    </section>
  );
}
