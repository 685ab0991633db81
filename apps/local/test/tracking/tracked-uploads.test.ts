import { describe, expect, it } from "vitest";
import { type Ending, trackedUploads } from "../../src/tracking/tracked-uploads.ts";
import { resultOf } from "./result-factory.ts";

const upload = (sequencer: string, key = "a.jpg") => ({ key, sequencer, bytes: 12, at: 0 });

function book() {
  const endings: Ending[] = [];
  return {
    ...trackedUploads((ending) => endings.push(ending)),
    endings,
    fates: () => endings.map(({ fate, upload }) => [fate, upload?.sequencer]),
  };
}

describe("the tracked uploads", () => {
  it.each(["processed", "rejected"] as const)("ends an upload as %s when its result arrives", (status) => {
    const { uploaded, result, pending, fates } = book();
    uploaded(upload("05"));
    result(resultOf(status, "05"));
    expect([fates(), pending()]).toEqual([[[status, "05"]], []]);
  });

  it("ends an upload as superseded by the result of a newer one, and keeps an even newer one pending", () => {
    const { uploaded, result, pending, fates } = book();
    for (const sequencer of ["05", "0501", "06"]) uploaded(upload(sequencer));
    result(resultOf("processed", "0501"));
    expect(fates()).toEqual([
      ["superseded", "05"],
      ["processed", "0501"],
    ]);
    expect(pending()).toEqual([upload("06")]);
  });

  it("ends an upload as deleted by a later removal", () => {
    const { uploaded, result, fates } = book();
    uploaded(upload("05"));
    result(resultOf("deleted", "06"));
    expect(fates()).toContainEqual(["deleted", "05"]);
  });

  it("does not end a newer upload by an older result", () => {
    const { uploaded, result, pending, endings } = book();
    uploaded(upload("06"));
    result(resultOf("processed", "05"));
    expect(pending()).toEqual([upload("06")]);
    expect(endings).toMatchObject([{ fate: "processed", upload: null }]);
  });

  it("reports a repeated result once", () => {
    const { uploaded, result, endings } = book();
    uploaded(upload("05"));
    for (let times = 0; times < 3; times++) result(resultOf("processed", "05"));
    expect(endings).toHaveLength(1);
  });

  it("reports an image that an earlier run uploaded", () => {
    const { result, endings } = book();
    result(resultOf("rejected", "05"));
    expect(endings).toMatchObject([
      {
        fate: "rejected",
        reason: "EMPTY_OBJECT",
        reasonText: "empty",
        manifestKey: "manifests/a.jpg.json",
        upload: null,
      },
    ]);
  });

  it("ends only uploads of the result's key", () => {
    const { uploaded, result, pending } = book();
    uploaded(upload("05"));
    uploaded(upload("06", "b.jpg"));
    result(resultOf("processed", "07", "b.jpg"));
    expect(pending()).toEqual([upload("05")]);
  });

  it("ends an upload that is only in dead-letter queues as failed, with the reasons", () => {
    const { uploaded, deadLetter, ended, pending, endings } = book();
    uploaded(upload("05"));
    uploaded(upload("06"));
    for (const queue of ["one", "one", "two"])
      deadLetter({ key: "a.jpg", sequencer: "05", why: `its message is in ${queue}` });
    ended(upload("05"));
    expect(endings).toMatchObject([
      { fate: "failed", status: null, reasonText: "its message is in one; its message is in two" },
    ]);
    expect(pending()).toEqual([upload("06")]);
  });

  it("does not end an image by a subscriber's dead letter, and reports that once", () => {
    const { uploaded, deadLetter, result, strayLetters, fates } = book();
    const letter = { key: "a.jpg", sequencer: "05", why: "its message is in archive-dlq" };
    uploaded(upload("05"));
    deadLetter(letter);
    result(resultOf("processed", "05"));
    expect(fates()).toEqual([["processed", "05"]]);
    expect([strayLetters(), strayLetters()]).toEqual([[letter], []]);
  });

  it("ends an upload without any message as lost", () => {
    const { uploaded, ended, fates } = book();
    uploaded(upload("05"));
    ended(upload("05"));
    ended(upload("05"));
    expect(fates()).toEqual([["lost", "05"]]);
  });

  it("lists the pending uploads with a message in a dead-letter queue", () => {
    const { uploaded, deadLetter, inDeadLetterQueue, ended } = book();
    for (const sequencer of ["05", "06"]) uploaded(upload(sequencer));
    deadLetter({ key: "a.jpg", sequencer: "06", why: "STORE_DENIED" });
    expect(inDeadLetterQueue()).toEqual([upload("06")]);
    ended(upload("06"));
    expect(inDeadLetterQueue()).toEqual([]);
  });
});
