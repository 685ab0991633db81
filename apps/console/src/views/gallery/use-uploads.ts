import { useCallback, useRef, useState } from "preact/hooks";
import type { Session } from "../../api/session.ts";
import { uploadFile } from "./upload-file.ts";

const AT_ONCE = 3;

export interface Upload {
  id: number;
  key: string;
  /** From 0 to 1. */
  progress: number;
  state: "waiting" | "sending" | "done" | "failed";
  problem: string | undefined;
}

/** Uploads of this page. */
export interface Uploads {
  uploads: readonly Upload[];
  /** @param environment the environment's name as it was typed; needed on AWS */
  start(files: readonly File[], session: Session, environment: string): Promise<void>;
  clear(): void;
}

/** Sends files, three at a time, with their progress. */
export function useUploads(): Uploads {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const lastId = useRef(0);
  const change = (id: number, fields: Partial<Upload>) =>
    setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
  const start = useCallback(async (files: readonly File[], session: Session, environment: string) => {
    const added = files.map((file) => {
      lastId.current += 1;
      return { id: lastId.current, file, key: session.uploadPrefix + file.name };
    });
    setUploads((all) => [
      ...all,
      ...added.map(({ id, key }) => ({
        id,
        key,
        progress: 0,
        state: "waiting" as const,
        problem: undefined,
      })),
    ]);
    const queue = [...added];
    const send = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { id, file, key } = next;
        change(id, { state: "sending" });
        const problem = await uploadFile(file, {
          key,
          csrfToken: session.csrfToken,
          environment,
          onProgress: (progress) => change(id, { progress }),
        });
        change(id, { state: problem === undefined ? "done" : "failed", problem });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
  }, []);
  return { uploads, start, clear: () => setUploads([]) };
}
