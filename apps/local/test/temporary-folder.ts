import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Registers work for the end of a test; `afterAll` for resources that several tests share. */
export type WhenOver = (work: () => void) => void;

/** Creates a folder that is removed at the end of the test. */
export function temporaryFolder(whenOver: WhenOver = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "local-test-"));
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
