import type { EventBody } from "../api/researcher";

export const GROUPS = ["turns", "tools", "verification", "errors", "states", "voice", "path"] as const;
export type EventGroup = (typeof GROUPS)[number];

const GROUP_OF: Readonly<Record<EventBody["type"], EventGroup>> = {
  user_turn: "turns",
  assistant_turn: "turns",
  turn_delay: "turns",
  tool_called: "tools",
  tool_returned: "tools",
  verified: "verification",
  provider_error: "errors",
  notice_sent: "errors",
  agent_lost: "errors",
  agent_state: "states",
  user_state: "states",
  voice_activity: "voice",
  agent_joined: "path",
  assistant_became_ready: "path",
  participant_presence: "path",
  recording_stored: "path",
  agent_dispatched: "path",
  path_step: "path",
  ended: "path",
};

export function groupOf(body: EventBody): EventGroup {
  return GROUP_OF[body.type];
}

/** The event's type as words: `tool_called` is "tool called". */
export function titleOf(body: EventBody): string {
  return body.type.replaceAll("_", " ");
}

/** What the event says, in one line. */
export function summaryOf(body: EventBody): string {
  switch (body.type) {
    case "user_turn":
      return `turn ${String(body.turn)}: ${body.transcript ?? `${body.audio_s.toFixed(1)} s of speech, heard by the model itself`}`;
    case "assistant_turn":
      return `turn ${String(body.turn)}${body.interrupted ? ", interrupted" : ""}: ${body.text}`;
    case "turn_delay":
      return `turn ${String(body.turn)}: ${String(Math.round(body.total_ms))} ms`;
    case "tool_called":
      return `${body.call.function}(${JSON.stringify(body.call.arguments)})`;
    case "tool_returned":
      return `${body.result.is_error ? "error, " : ""}${String(Math.round(body.duration_ms))} ms: ${body.result.output}`;
    case "verified":
      return `${String(body.report.steps.filter((step) => step.met).length)} of ${String(body.report.steps.length)} steps${body.report.complete ? ", complete" : ""}`;
    case "provider_error":
      return `${body.component}: ${body.error}${body.status_code === null ? "" : ` ${String(body.status_code)}`}${body.retryable ? ", retryable" : ""}`;
    case "notice_sent":
      return body.kind.replaceAll("_", " ");
    case "agent_lost":
      return `silent for ${body.silent_s.toFixed(1)} s`;
    case "agent_state":
    case "user_state":
      return body.state;
    case "voice_activity":
      return body.change.replaceAll("_", " ");
    case "agent_joined":
      return body.resumed ? "takes over" : "first agent";
    case "assistant_became_ready":
      return "";
    case "participant_presence":
      return body.change.replaceAll("_", " ");
    case "recording_stored":
      return `part ${String(body.part)}, ${body.duration_s.toFixed(1)} s`;
    case "agent_dispatched":
      return `attempt ${String(body.attempt)}`;
    case "path_step":
      return body.stage;
    case "ended":
      return body.reason.replaceAll("_", " ");
  }
}
