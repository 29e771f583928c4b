import {
  DisconnectReason,
  LocalAudioTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  Track,
} from "livekit-client";

import type { Playback } from "./liveState";
import { TOPIC, readPacket } from "./packet";
import type { Connection, LinkEvent, OpenRoomLink, RoomLink } from "./roomLink";

/** The microphone as a study needs it: a continuous stream, so that the agent's voice detector misses nothing. */
const PUBLISHING = { source: Track.Source.Microphone, dtx: false, red: true } as const;

/** A room link over LiveKit. */
export const openLivekitLink: OpenRoomLink = (listener) => new LivekitLink(listener);

class LivekitLink implements RoomLink {
  readonly #room = new Room({ disconnectOnPageLeave: true, stopLocalTrackOnUnpublish: false });
  readonly #speakers = new Map<RemoteTrack, HTMLMediaElement>();
  #microphone: LocalAudioTrack | null = null;
  #closing = false;

  constructor(listener: (event: LinkEvent) => void) {
    this.#room
      .on(RoomEvent.Reconnecting, () => {
        listener({ type: "interrupted" });
      })
      .on(RoomEvent.Reconnected, () => {
        listener({ type: "restored" });
      })
      .on(RoomEvent.Disconnected, (reason) => {
        this.#silence();
        if (!this.#closing) listener({ type: "closed", why: whyClosed(reason) });
      })
      .on(RoomEvent.AudioPlaybackStatusChanged, () => {
        listener({ type: "playback_changed", playback: this.#playback() });
      })
      .on(RoomEvent.TrackSubscribed, (track) => {
        this.#play(track);
      })
      .on(RoomEvent.TrackUnsubscribed, (track) => {
        this.#stop(track);
      })
      .on(RoomEvent.DataReceived, (payload, _participant, _kind, topic) => {
        const body = topic === TOPIC ? readPacket(payload) : null;
        if (body !== null) listener({ type: "room_event", body });
      });
  }

  async open(connection: Connection, microphone: MediaStreamTrack, muted: boolean): Promise<Playback> {
    await this.#room.connect(connection.url, connection.token);
    this.#microphone = new LocalAudioTrack(microphone, undefined, true);
    if (muted) await this.#microphone.mute();
    await this.#room.localParticipant.publishTrack(this.#microphone, PUBLISHING);
    return this.#playback();
  }

  async setMuted(muted: boolean): Promise<void> {
    await (muted ? this.#microphone?.mute() : this.#microphone?.unmute());
  }

  async replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    await this.#microphone?.replaceTrack(track, true);
  }

  async startPlayback(): Promise<void> {
    await this.#room.startAudio();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#room.disconnect(false);
    this.#silence();
  }

  #playback(): Playback {
    return this.#room.canPlaybackAudio ? "playing" : "blocked";
  }

  #play(track: RemoteTrack): void {
    if (track.kind !== Track.Kind.Audio) return;
    const speaker = track.attach();
    speaker.hidden = true;
    document.body.append(speaker);
    this.#speakers.set(track, speaker);
  }

  #stop(track: RemoteTrack): void {
    for (const element of track.detach()) element.remove();
    this.#speakers.delete(track);
  }

  #silence(): void {
    for (const track of [...this.#speakers.keys()]) this.#stop(track);
  }
}

function whyClosed(reason: DisconnectReason | undefined): "lost" | "elsewhere" | "room_over" {
  switch (reason) {
    case DisconnectReason.DUPLICATE_IDENTITY:
      return "elsewhere";
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
    case DisconnectReason.PARTICIPANT_REMOVED:
      return "room_over";
    default:
      return "lost";
  }
}
