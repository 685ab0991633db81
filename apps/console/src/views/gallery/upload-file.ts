import type { Problem } from "../../api/contract.ts";
import { toUrl } from "../../client/request.ts";

export interface UploadFileOptions {
  key: string;
  csrfToken: string;
  environment: string;
  /** @param progress from 0 to 1 */
  onProgress(progress: number): void;
}

/** Sends a file. `fetch` does not report the progress of an upload. @returns the reason of a failure */
export function uploadFile(
  file: File,
  { key, csrfToken, environment, onProgress }: UploadFileOptions,
): Promise<string | undefined> {
  const request = new XMLHttpRequest();
  request.open("POST", toUrl("/api/upload", { key }));
  request.setRequestHeader("content-type", file.type || "application/octet-stream");
  request.setRequestHeader("x-csrf-token", csrfToken);
  request.setRequestHeader("x-environment", encodeURIComponent(environment));
  request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
  return new Promise((resolve) => {
    request.onload = () => resolve(request.status === 200 ? undefined : problemOf(request));
    request.onerror = () => resolve("the console does not answer");
    request.send(file);
  });
}

function problemOf({ responseText, status }: XMLHttpRequest): string {
  try {
    const { problem }: Problem = JSON.parse(responseText);
    return problem;
  } catch {
    return `the console answered with status ${status}`;
  }
}
