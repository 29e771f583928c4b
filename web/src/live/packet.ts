import type { RoomEventBody } from "./conversation";

/** The LiveKit data topic that carries room events. */
export const TOPIC = "earwitness";

const KNOWN: Readonly<Record<RoomEventBody["type"], true>> = {
  snapshot: true,
  assistant_ready: true,
  agent_state_changed: true,
  user_state_changed: true,
  tool_call_updated: true,
  verification_updated: true,
  notice: true,
  conversation_ended: true,
};

/**
 * The room event in a packet, or null when it is not one that this page knows.
 *
 * Only servers may publish data in the room, so fields are trusted once the type is known.
 */
export function readPacket(payload: Uint8Array): RoomEventBody | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return null;
  }
  if (!isRecord(value) || !isRecord(value.body)) return null;
  const type = value.body.type;
  return typeof type === "string" && Object.hasOwn(KNOWN, type) ? (value.body as unknown as RoomEventBody) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
