import type { ComponentChildren } from "preact";

/** Shown until the first answer. */
export function Loading({ what }: { what: string }) {
  return (
    <p class="state" role="status">
      Loading {what} …
    </p>
  );
}

/** Shown in place of an empty list. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A request that failed, with the advice of the server. */
export function ProblemNote({ problem, retry }: { problem: string; retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <p>{problem}</p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
