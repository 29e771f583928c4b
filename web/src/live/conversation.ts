import type {
  AgentState,
  NoticeKind,
  RoomEvent,
  ToolCallShown,
  UserState,
  VerificationReport,
} from "../api/generated/roomEvent";
import { type Timer, NOT_STARTED, corrected, paused, runningFor } from "./timer";

export type Assistant =
  | { readonly presence: "connecting" }
  | { readonly presence: "here"; readonly state: AgentState }
  | { readonly presence: "lost" }
  | { readonly presence: "unavailable" };

/** What a participant sees of a conversation, whatever the connection does. */
export interface Conversation {
  readonly assistant: Assistant;
  readonly user: UserState;
  readonly timer: Timer;
  readonly calls: readonly ToolCallShown[];
  readonly report: VerificationReport | null;
  /** At most one of a kind, the newest last. */
  readonly notices: readonly NoticeKind[];
  /** When the room last said something, on the page's clock; null before its first word. */
  readonly heardAtMs: number | null;
}

/** What the HTTP view says of a conversation, and when it was asked for. */
export interface ConversationReading {
  readonly agent: "connecting" | "present" | "lost" | "unavailable";
  readonly remainingS: number | null;
  readonly askedAtMs: number;
}

export type RoomEventBody = RoomEvent["body"];

export const UNHEARD: Conversation = {
  assistant: { presence: "connecting" },
  user: "listening",
  timer: NOT_STARTED,
  calls: [],
  report: null,
  notices: [],
  heardAtMs: null,
};

/** The conversation after a room event; `conversation_ended` changes nothing here, it ends the session. */
export function afterRoomEvent(conversation: Conversation, body: RoomEventBody, nowMs: number): Conversation {
  const heard = { ...conversation, heardAtMs: nowMs };
  switch (body.type) {
    case "snapshot":
      return {
        assistant: { presence: "here", state: body.agent_state },
        user: body.user_state,
        timer: body.remaining_s === null ? NOT_STARTED : runningFor(body.remaining_s, nowMs),
        calls: body.tool_calls,
        report: body.report,
        notices: without(conversation.notices, "agent_lost"),
        heardAtMs: nowMs,
      };
    case "assistant_ready":
      return {
        ...heard,
        assistant: conversation.assistant.presence === "here" ? conversation.assistant : INITIALIZING,
        timer: runningFor(body.remaining_s, nowMs),
        notices: without(conversation.notices, "agent_lost"),
      };
    case "agent_state_changed":
      return {
        ...heard,
        assistant: { presence: "here", state: body.state },
        // A new answer is on its way: what was said of the last one is over.
        notices:
          body.state === "thinking"
            ? without(conversation.notices, "provider_failed", "provider_timed_out", "long_turn", "no_audio")
            : conversation.notices,
      };
    case "user_state_changed":
      return {
        ...heard,
        user: body.state,
        notices: body.state === "speaking" ? without(conversation.notices, "no_audio") : conversation.notices,
      };
    case "tool_call_updated":
      return { ...heard, calls: withCall(conversation.calls, body.call) };
    case "verification_updated":
      return { ...heard, report: body.report };
    case "notice":
      return afterNotice(heard, body.kind, nowMs);
    case "conversation_ended":
      return heard;
  }
}

/** The backstop: the view counts only where the room has said nothing since the view was asked for. */
export function afterReading(conversation: Conversation, reading: ConversationReading, nowMs: number): Conversation {
  if (conversation.heardAtMs !== null && conversation.heardAtMs >= reading.askedAtMs) return conversation;
  const assistant = assistantAsRead(conversation.assistant, reading.agent);
  return { ...conversation, assistant, timer: timerAsRead(conversation.timer, reading, nowMs) };
}

export function dismissed(conversation: Conversation, kind: NoticeKind): Conversation {
  return { ...conversation, notices: without(conversation.notices, kind) };
}

const INITIALIZING: Assistant = { presence: "here", state: "initializing" };

function afterNotice(conversation: Conversation, kind: NoticeKind, nowMs: number): Conversation {
  const others = without(conversation.notices, kind);
  switch (kind) {
    case "agent_lost":
      return {
        ...conversation,
        assistant: { presence: "lost" },
        timer: paused(conversation.timer, nowMs),
        notices: [...without(others, "agent_returned"), kind],
      };
    case "agent_returned":
      return {
        ...conversation,
        assistant: conversation.assistant.presence === "here" ? conversation.assistant : INITIALIZING,
        notices: [...without(others, "agent_lost"), kind],
      };
    default:
      return { ...conversation, notices: [...others, kind] };
  }
}

function assistantAsRead(shown: Assistant, read: ConversationReading["agent"]): Assistant {
  if (read === "present") return shown.presence === "here" ? shown : INITIALIZING;
  return shown.presence === read ? shown : { presence: read };
}

function timerAsRead(timer: Timer, reading: ConversationReading, nowMs: number): Timer {
  if (reading.remainingS === null) return timer;
  if (reading.agent === "present") return corrected(timer, reading.remainingS, nowMs);
  return { kind: "paused", remainingS: reading.remainingS };
}

function withCall(calls: readonly ToolCallShown[], call: ToolCallShown): readonly ToolCallShown[] {
  const known = calls.find((each) => each.call_id === call.call_id);
  if (known === undefined) return [...calls, call];
  // A packet sent again must not make a finished call look as if it ran anew.
  if (known.status !== "started" && call.status === "started") return calls;
  return calls.map((each) => (each === known ? call : each));
}

function without(notices: readonly NoticeKind[], ...kinds: readonly NoticeKind[]): readonly NoticeKind[] {
  return notices.some((each) => kinds.includes(each)) ? notices.filter((each) => !kinds.includes(each)) : notices;
}
