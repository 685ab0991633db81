import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** What runs something when a test is over; `afterAll` for what several tests share. */
export type WhenOver = (work: () => void) => void;

/** A folder of the test's own, gone when the test is over. */
export function temporaryFolder(whenOver: WhenOver = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "local-test-"));
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
