import type { RoomEventBody } from "./conversation";
import type { Playback } from "./liveState";

/** What a link to a room reports. */
export type LinkEvent =
  | { readonly type: "interrupted" }
  | { readonly type: "restored" }
  | { readonly type: "closed"; readonly why: "lost" | "elsewhere" | "room_over" }
  | { readonly type: "playback_changed"; readonly playback: Playback }
  | { readonly type: "room_event"; readonly body: RoomEventBody };

export interface Connection {
  readonly url: string;
  readonly token: string;
}

/** One link to one room: opened once, closed once, never reused. */
export interface RoomLink {
  /** Joins and publishes the microphone; says whether the assistant can be heard; rejects when either fails. */
  open(connection: Connection, microphone: MediaStreamTrack, muted: boolean): Promise<Playback>;
  setMuted(muted: boolean): Promise<void>;
  /** Publishes another microphone in place of the first. */
  replaceMicrophone(track: MediaStreamTrack): Promise<void>;
  /** To be called from a press of a button, which browsers ask for before they play sound. */
  startPlayback(): Promise<void>;
  /** Leaves the room; the microphone's track goes on. */
  close(): Promise<void>;
}

export type OpenRoomLink = (listener: (event: LinkEvent) => void) => RoomLink;
