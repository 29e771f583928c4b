import type { EventShown } from "../api/researcher";

export type Lane = "user" | "assistant" | "tool" | "error";

/** Something along a recording, in seconds from its beginning; a moment has equal ends. */
export interface Mark {
  readonly id: string;
  readonly lane: Lane;
  readonly fromS: number;
  readonly toS: number;
  readonly label: string;
}

const seconds = (iso: string) => Date.parse(iso) / 1000;

/**
 * When the recording `part` began, in seconds since 1970; null when the log does not tell.
 *
 * Events and recording share the worker's clock. An older log does not say when the recording began: then it is the
 * moment that its agent joined, a little before.
 */
export function recordingStartS(events: readonly EventShown[], part: number): number | null {
  const stored = events.find(({ body }) => body.type === "recording_stored" && body.part === part);
  if (stored === undefined) return null;
  if (stored.body.type === "recording_stored" && stored.body.started_at !== null) return seconds(stored.body.started_at);
  const joined = events.find(({ body, source }) => body.type === "agent_joined" && source === stored.source);
  return joined === undefined ? null : seconds(joined.at);
}

/** Turns, speech, tool calls and errors along a recording of `durationS` seconds that began at `startS`. */
export function marksOf(events: readonly EventShown[], startS: number, durationS: number): readonly Mark[] {
  const marks: Mark[] = [];
  const add = (event: EventShown, lane: Lane, fromS: number, toS: number, label: string) => {
    const from = Math.max(0, fromS - startS);
    const to = Math.min(durationS, toS - startS);
    if (from <= to) marks.push({ id: `${String(event.position)} ${lane}`, lane, fromS: from, toS: to, label });
  };
  const speaking = new Map<string, EventShown>();
  for (const event of events) {
    const { body } = event;
    const atS = seconds(event.at);
    switch (body.type) {
      case "user_turn":
        add(event, "user", seconds(body.started_at), seconds(body.stopped_at), `turn ${String(body.turn)}`);
        break;
      case "agent_state": {
        const since = speaking.get(event.source);
        if (since !== undefined) add(since, "assistant", seconds(since.at), atS, "speaks");
        if (body.state === "speaking") speaking.set(event.source, event);
        else speaking.delete(event.source);
        break;
      }
      case "tool_called":
        add(event, "tool", atS, atS, body.call.function);
        break;
      case "provider_error":
        add(event, "error", atS, atS, `${body.component}: ${body.error}`);
        break;
      case "agent_lost":
        add(event, "error", atS, atS, "agent lost");
        break;
      default:
        break;
    }
  }
  return marks;
}
