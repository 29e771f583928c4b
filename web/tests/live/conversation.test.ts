import { describe, expect, it } from "vitest";

import type { ToolCallShown } from "../../src/api/generated/roomEvent";
import { UNHEARD, afterReading, afterRoomEvent, dismissed } from "../../src/live/conversation";
import { remainingS } from "../../src/live/timer";

const call = (status: ToolCallShown["status"], id = "c1"): ToolCallShown => ({
  call_id: id,
  function: "post_tweet",
  arguments: { content: "hello" },
  status,
  result: status === "started" ? null : "ok",
});

const ready = afterRoomEvent(UNHEARD, { type: "assistant_ready", remaining_s: 600 }, 1_000);

describe("a conversation", () => {
  it("starts its timer only when the assistant is ready", () => {
    const greeting = afterRoomEvent(UNHEARD, { type: "agent_state_changed", state: "initializing" }, 0);
    expect(remainingS(greeting.timer, 5_000)).toBeNull();
    expect(remainingS(ready.timer, 11_000)).toBe(590);
  });

  it("shows exactly what a snapshot says and forgets what it does not say", () => {
    const busy = afterRoomEvent(ready, { type: "tool_call_updated", call: call("started", "old") }, 2_000);
    const shown = afterRoomEvent(
      busy,
      {
        type: "snapshot",
        agent_state: "listening",
        user_state: "speaking",
        remaining_s: 300,
        tool_calls: [call("succeeded")],
        report: null,
      },
      3_000,
    );
    expect(shown.assistant).toEqual({ presence: "here", state: "listening" });
    expect(shown.user).toBe("speaking");
    expect(shown.calls.map((each) => each.call_id)).toEqual(["c1"]);
    expect(remainingS(shown.timer, 4_000)).toBe(299);
  });

  it("has no running timer after a snapshot from before the assistant was ready", () => {
    const shown = afterRoomEvent(
      ready,
      { type: "snapshot", agent_state: "initializing", user_state: "listening", remaining_s: null, tool_calls: [], report: null },
      3_000,
    );
    expect(shown.timer).toEqual({ kind: "not_started" });
  });

  it("replaces a call by its id and keeps the order of calls", () => {
    let shown = afterRoomEvent(ready, { type: "tool_call_updated", call: call("started", "a") }, 1);
    shown = afterRoomEvent(shown, { type: "tool_call_updated", call: call("started", "b") }, 2);
    shown = afterRoomEvent(shown, { type: "tool_call_updated", call: call("failed", "a") }, 3);
    expect(shown.calls.map((each) => [each.call_id, each.status])).toEqual([
      ["a", "failed"],
      ["b", "started"],
    ]);
  });

  it("does not let a late packet reopen a finished call", () => {
    let shown = afterRoomEvent(ready, { type: "tool_call_updated", call: call("succeeded") }, 1);
    shown = afterRoomEvent(shown, { type: "tool_call_updated", call: call("started") }, 2);
    expect(shown.calls[0]?.status).toBe("succeeded");
  });

  it("pauses the timer while the agent is lost and goes on with what the new one says", () => {
    const lost = afterRoomEvent(ready, { type: "notice", kind: "agent_lost" }, 11_000);
    expect(lost.assistant).toEqual({ presence: "lost" });
    expect(remainingS(lost.timer, 60_000)).toBe(590);
    const back = afterRoomEvent(lost, { type: "notice", kind: "agent_returned" }, 61_000);
    expect(back.notices).toEqual(["agent_returned"]);
    const going = afterRoomEvent(back, { type: "assistant_ready", remaining_s: 588 }, 62_000);
    expect(remainingS(going.timer, 62_000)).toBe(588);
    expect(going.assistant.presence).toBe("here");
  });

  it("has one notice of a kind, the newest last, until it is dismissed or over", () => {
    let shown = afterRoomEvent(ready, { type: "notice", kind: "provider_failed" }, 1);
    shown = afterRoomEvent(shown, { type: "notice", kind: "long_turn" }, 2);
    shown = afterRoomEvent(shown, { type: "notice", kind: "provider_failed" }, 3);
    expect(shown.notices).toEqual(["long_turn", "provider_failed"]);
    expect(dismissed(shown, "long_turn").notices).toEqual(["provider_failed"]);
    expect(afterRoomEvent(shown, { type: "agent_state_changed", state: "thinking" }, 4).notices).toEqual([]);
  });

  it("takes the hint that nothing is heard back as soon as the participant speaks", () => {
    const hinted = afterRoomEvent(ready, { type: "notice", kind: "no_audio" }, 1);
    expect(afterRoomEvent(hinted, { type: "user_state_changed", state: "speaking" }, 2).notices).toEqual([]);
  });
});

describe("the view as a backstop", () => {
  it("is ignored where the room has spoken since it was asked for", () => {
    const heard = afterRoomEvent(ready, { type: "agent_state_changed", state: "speaking" }, 5_000);
    const read = afterReading(heard, { agent: "lost", remainingS: 100, askedAtMs: 4_900 }, 5_200);
    expect(read).toBe(heard);
  });

  it("tells of a lost agent that the room said nothing about", () => {
    const read = afterReading(ready, { agent: "lost", remainingS: 580, askedAtMs: 20_000 }, 20_100);
    expect(read.assistant).toEqual({ presence: "lost" });
    expect(remainingS(read.timer, 90_000)).toBe(580);
  });

  it("starts the timer when the room's word that the assistant is ready was lost", () => {
    const read = afterReading(UNHEARD, { agent: "present", remainingS: 599, askedAtMs: 100 }, 200);
    expect(read.assistant.presence).toBe("here");
    expect(remainingS(read.timer, 200)).toBe(599);
  });

  it("leaves an agreeing timer alone and corrects one that is off", () => {
    const near = afterReading(ready, { agent: "present", remainingS: 589.2, askedAtMs: 10_900 }, 11_000);
    expect(near.timer).toBe(ready.timer);
    const off = afterReading(ready, { agent: "present", remainingS: 570, askedAtMs: 10_900 }, 11_000);
    expect(remainingS(off.timer, 11_000)).toBe(570);
  });

  it("keeps what the room said of the agent's state when the view agrees that it is there", () => {
    const speaking = afterRoomEvent(ready, { type: "agent_state_changed", state: "speaking" }, 5_000);
    const read = afterReading(speaking, { agent: "present", remainingS: 590, askedAtMs: 11_000 }, 11_000);
    expect(read.assistant).toEqual({ presence: "here", state: "speaking" });
  });
});
