import { describe, expect, it } from "vitest";

import { type LiveEvent, type LiveState, BEFORE_JOINING, after } from "../../src/live/liveState";

const run = (...events: LiveEvent[]): LiveState => events.reduce(after, BEFORE_JOINING);
const JOINED: readonly LiveEvent[] = [{ type: "join_started" }, { type: "joined", playback: "playing" }];

describe("the live state", () => {
  it("counts the attempts to join", () => {
    expect(run({ type: "join_started" }, { type: "join_started" })).toMatchObject({ phase: "joining", attempt: 2 });
  });

  it("knows whether the assistant can be heard from the moment it is in the room", () => {
    expect(run({ type: "join_started" }, { type: "joined", playback: "blocked" })).toMatchObject({ playback: "blocked" });
    expect(run(...JOINED, { type: "playback_changed", playback: "blocked" })).toMatchObject({ playback: "blocked" });
  });

  it("keeps the conversation through an interrupted link", () => {
    const state = run(
      ...JOINED,
      { type: "room_event", body: { type: "user_state_changed", state: "speaking" }, atMs: 1 },
      { type: "link_interrupted" },
    );
    expect(state).toMatchObject({ phase: "reconnecting", conversation: { user: "speaking" } });
    expect(after(state, { type: "link_restored" })).toMatchObject({ phase: "in_room", conversation: { user: "speaking" } });
  });

  it("keeps the conversation when the room has to be joined anew, and counts from the start", () => {
    const state = run(
      ...JOINED,
      { type: "room_event", body: { type: "assistant_ready", remaining_s: 60 }, atMs: 0 },
      { type: "link_lost" },
      { type: "join_started" },
    );
    expect(state).toMatchObject({ phase: "joining", attempt: 1, conversation: { timer: { kind: "running" } } });
  });

  it("stays in the other tab until it is taken back", () => {
    const elsewhere = run(...JOINED, { type: "opened_elsewhere" });
    expect(after(elsewhere, { type: "link_lost" }).phase).toBe("elsewhere");
    expect(after(elsewhere, { type: "join_started" }).phase).toBe("joining");
  });

  it("stays ended whatever comes after the end", () => {
    const ended = run(...JOINED, { type: "room_event", body: { type: "conversation_ended", reason: "time_up" }, atMs: 9 });
    expect(ended).toEqual({ phase: "ended", reason: "time_up" });
    const later: LiveEvent[] = [
      { type: "join_started" },
      { type: "joined", playback: "playing" },
      { type: "link_lost" },
      { type: "opened_elsewhere" },
      { type: "room_event", body: { type: "assistant_ready", remaining_s: 60 }, atMs: 10 },
    ];
    for (const event of later) expect(after(ended, event)).toBe(ended);
  });

  it("does not change for an event that does not fit the phase", () => {
    expect(after(BEFORE_JOINING, { type: "link_restored" })).toBe(BEFORE_JOINING);
    expect(after(BEFORE_JOINING, { type: "playback_changed", playback: "blocked" })).toBe(BEFORE_JOINING);
    const inRoom = run(...JOINED);
    expect(after(inRoom, { type: "joined", playback: "blocked" })).toBe(inRoom);
  });
});
