import { describe, expect, it } from "vitest";

import { SILENT_AFTER_MS, type SilenceWatch, UNWATCHED, watched } from "../../src/live/silence";

const quiet = (watch: SilenceWatch, atMs: number, expected = true) => watched(watch, { peakDbfs: -80, atMs, expected });

describe("the watch over a silent microphone", () => {
  it("speaks up after eight seconds without any sound", () => {
    const begun = quiet(UNWATCHED, 1_000);
    expect(quiet(begun, 1_000 + SILENT_AFTER_MS - 1).silent).toBe(false);
    expect(quiet(begun, 1_000 + SILENT_AFTER_MS).silent).toBe(true);
  });

  it("begins anew with any sound", () => {
    const begun = quiet(UNWATCHED, 0);
    const heard = watched(begun, { peakDbfs: -50, atMs: 7_000, expected: true });
    expect(quiet(heard, 9_000).silent).toBe(false);
  });

  it("does not count while the assistant has the word", () => {
    const begun = quiet(UNWATCHED, 0);
    const listening = quiet(begun, 6_000, false);
    expect(quiet(listening, 9_000).silent).toBe(false);
  });

  it("stays until something is heard", () => {
    const silent = quiet(quiet(UNWATCHED, 0), 9_000);
    expect(quiet(silent, 10_000, false).silent).toBe(true);
    expect(watched(silent, { peakDbfs: -20, atMs: 11_000, expected: false }).silent).toBe(false);
  });
});
