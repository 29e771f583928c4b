import type { EndReason, NoticeKind } from "../api/generated/roomEvent";
import {
  type Conversation,
  type ConversationReading,
  type RoomEventBody,
  UNHEARD,
  afterReading,
  afterRoomEvent,
  dismissed,
} from "./conversation";

/** Where the page stands with its room. What needs a room can be said only in the phases that have one. */
export type LiveState =
  | { readonly phase: "joining"; readonly attempt: number; readonly conversation: Conversation }
  | { readonly phase: "in_room"; readonly playback: Playback; readonly conversation: Conversation }
  | { readonly phase: "reconnecting"; readonly playback: Playback; readonly conversation: Conversation }
  | { readonly phase: "elsewhere"; readonly conversation: Conversation }
  | { readonly phase: "ended"; readonly reason: EndReason };

/** Whether the browser lets the assistant be heard without a press of a button. */
export type Playback = "playing" | "blocked";

export type LiveEvent =
  | { readonly type: "join_started" }
  | { readonly type: "joined"; readonly playback: Playback }
  | { readonly type: "link_interrupted" }
  | { readonly type: "link_restored" }
  | { readonly type: "link_lost" }
  | { readonly type: "opened_elsewhere" }
  | { readonly type: "playback_changed"; readonly playback: Playback }
  | { readonly type: "room_event"; readonly body: RoomEventBody; readonly atMs: number }
  | { readonly type: "view_read"; readonly reading: ConversationReading; readonly atMs: number }
  | { readonly type: "notice_dismissed"; readonly kind: NoticeKind };

export const BEFORE_JOINING: LiveState = { phase: "joining", attempt: 0, conversation: UNHEARD };

/** The state after an event. An ended session stays ended; an event that does not fit the phase changes nothing. */
export function after(state: LiveState, event: LiveEvent): LiveState {
  if (state.phase === "ended") return state;
  const { conversation } = state;
  switch (event.type) {
    case "join_started":
      return { phase: "joining", attempt: state.phase === "joining" ? state.attempt + 1 : 1, conversation };
    case "joined":
      return state.phase === "joining" ? { phase: "in_room", playback: event.playback, conversation } : state;
    case "link_interrupted":
      return state.phase === "in_room" ? { ...state, phase: "reconnecting" } : state;
    case "link_restored":
      return state.phase === "reconnecting" ? { ...state, phase: "in_room" } : state;
    case "link_lost":
      return state.phase === "elsewhere" || state.phase === "joining"
        ? state
        : { phase: "joining", attempt: 0, conversation };
    case "opened_elsewhere":
      return { phase: "elsewhere", conversation };
    case "playback_changed":
      return state.phase === "in_room" || state.phase === "reconnecting"
        ? { ...state, playback: event.playback }
        : state;
    case "room_event":
      return event.body.type === "conversation_ended"
        ? { phase: "ended", reason: event.body.reason }
        : { ...state, conversation: afterRoomEvent(conversation, event.body, event.atMs) };
    case "view_read":
      return { ...state, conversation: afterReading(conversation, event.reading, event.atMs) };
    case "notice_dismissed":
      return { ...state, conversation: dismissed(conversation, event.kind) };
  }
}
