import { describe, expect, it } from "vitest";

import type { EventShown } from "../../src/api/researcher";
import { readListing } from "../../src/researcher/listing";
import { marksOf, recordingStartS } from "../../src/researcher/timeline";

const T0 = Date.parse("2025-06-03T09:00:00Z");
const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();
let position = 0;
const event = (seconds: number, body: EventShown["body"], source = "one"): EventShown => {
  position += 1;
  return { position, source, sequence: position, at: at(seconds), received_at: at(seconds), body };
};
const stored = (started: string | null, source = "one") =>
  event(60, { type: "recording_stored", part: 1, sha256: "", duration_s: 50, started_at: started }, source);

describe("a recording's beginning", () => {
  it("is what its log entry says", () => {
    expect(recordingStartS([stored(at(3))], 1)).toBe(T0 / 1000 + 3);
  });

  it("is when its own agent joined where the entry does not say", () => {
    const events = [
      event(1, { type: "agent_joined", versions: {}, resumed: false }, "one"),
      event(30, { type: "agent_joined", versions: {}, resumed: true }, "two"),
      stored(null, "two"),
    ];
    expect(recordingStartS(events, 1)).toBe(T0 / 1000 + 30);
  });

  it("is unknown without an entry", () => {
    expect(recordingStartS([], 1)).toBeNull();
  });
});

describe("the marks along a recording", () => {
  const start = T0 / 1000;

  it("span the assistant's speech from one state to the next", () => {
    const marks = marksOf(
      [event(2, { type: "agent_state", state: "speaking" }), event(5, { type: "agent_state", state: "listening" })],
      start,
      50,
    );
    expect(marks).toMatchObject([{ lane: "assistant", fromS: 2, toS: 5 }]);
  });

  it("lie at the turn's own times, not at when it was logged", () => {
    const body = { type: "user_turn", turn: 1, started_at: at(4), stopped_at: at(6), audio_s: 2, audio_sha256: "", transcript: null } as const;
    expect(marksOf([event(9, body)], start, 50)).toMatchObject([{ lane: "user", fromS: 4, toS: 6 }]);
  });

  it("leave out what lies beyond the recording and cut what reaches over its ends", () => {
    const turn = (from: number, to: number) =>
      event(to, { type: "user_turn", turn: 1, started_at: at(from), stopped_at: at(to), audio_s: 1, audio_sha256: "", transcript: null });
    const marks = marksOf([turn(-5, 2), turn(48, 55), turn(70, 71)], start, 50);
    expect(marks.map(({ fromS, toS }) => [fromS, toS])).toEqual([
      [0, 2],
      [48, 50],
    ]);
  });
});

describe("the address of the list", () => {
  it("is read for what fits and nothing else", () => {
    expect(readListing({ model: "m", stage: "rated", category: "nonsense", page: 3, other: 1 })).toEqual({ model: "m", stage: "rated", page: 3 });
    expect(readListing({ page: -1 })).toEqual({ page: 1 });
    expect(readListing({ page: "2" })).toEqual({ page: 1 });
  });
});
