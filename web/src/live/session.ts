import type { NoticeKind } from "../api/generated/roomEvent";
import type { ConversationReading } from "./conversation";
import { type LiveEvent, type LiveState, BEFORE_JOINING, after } from "./liveState";
import type { Connection, LinkEvent, OpenRoomLink, RoomLink } from "./roomLink";

/** Between one attempt to join and the next, in ms; the last goes on for as long as the stage lasts. */
const WAITS_MS = [0, 500, 1_000, 2_000, 4_000, 7_000] as const;

export interface SessionParts {
  readonly openLink: OpenRoomLink;
  /** A fresh token for this conversation's room. */
  readonly askConnection: () => Promise<Connection>;
  /** The server may have moved on: the page should read the view. */
  readonly onOutOfTouch: () => void;
  readonly nowMs: () => number;
}

/**
 * A participant's presence in the room of their conversation.
 *
 * Joins once it is open and has a microphone, joins again when the room is lost, and folds everything that happens
 * into one `LiveState`. `subscribe` and `state` fit React's `useSyncExternalStore`.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = BEFORE_JOINING;
  #link: RoomLink | null = null;
  #microphone: MediaStreamTrack | null = null;
  #muted = false;
  #attempts = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #closed = true;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  readonly state = (): LiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  open(): void {
    this.#closed = false;
    this.#attempts = 0;
    if (this.#microphone !== null) this.#joinLater();
  }

  /** Speaks through this microphone from now on. */
  async takeMicrophone(track: MediaStreamTrack): Promise<void> {
    const isFirst = this.#microphone === null;
    const isOther = this.#microphone !== track;
    this.#microphone = track;
    if (isFirst && !this.#isOver()) this.#joinLater();
    else if (isOther) await this.#link?.replaceMicrophone(track);
  }

  /** Takes the conversation over from another tab that has it. */
  joinHere(): void {
    if (this.#state.phase !== "elsewhere") return;
    this.#attempts = 0;
    this.#joinLater();
  }

  /** Joins at once instead of at the end of the wait. */
  joinNow(): void {
    if (this.#retry === null) return;
    this.#attempts = 0;
    this.#joinLater();
  }

  async setMuted(muted: boolean): Promise<void> {
    this.#muted = muted;
    await this.#link?.setMuted(muted);
  }

  async startPlayback(): Promise<void> {
    await this.#link?.startPlayback();
  }

  readView(reading: ConversationReading): void {
    this.#fold({ type: "view_read", reading, atMs: this.#parts.nowMs() });
  }

  dismiss(kind: NoticeKind): void {
    this.#fold({ type: "notice_dismissed", kind });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#forgetRetry();
    const link = this.#link;
    this.#link = null;
    await link?.close();
  }

  #joinLater(): void {
    this.#forgetRetry();
    const waitMs = WAITS_MS[Math.min(this.#attempts, WAITS_MS.length - 1)] ?? 0;
    this.#attempts += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#join();
    }, waitMs);
  }

  async #join(): Promise<void> {
    const microphone = this.#microphone;
    if (microphone === null) return;
    this.#fold({ type: "join_started" });
    const link = this.#parts.openLink((event) => {
      if (this.#link === link) this.#onLink(event);
    });
    this.#link = link;
    try {
      const connection = await this.#parts.askConnection();
      if (this.#isLeft(link)) return;
      const playback = await link.open(connection, microphone, this.#muted);
      if (this.#isLeft(link)) {
        await link.close();
        return;
      }
      this.#attempts = 0;
      this.#fold({ type: "joined", playback });
      if (this.#microphone !== microphone && this.#microphone !== null) await link.replaceMicrophone(this.#microphone);
    } catch {
      if (this.#isLeft(link)) return;
      this.#link = null;
      await link.close().catch(() => undefined);
      this.#parts.onOutOfTouch();
      if (!this.#isOver()) this.#joinLater();
    }
  }

  #onLink(event: LinkEvent): void {
    switch (event.type) {
      case "interrupted":
        this.#fold({ type: "link_interrupted" });
        this.#parts.onOutOfTouch();
        return;
      case "restored":
        this.#fold({ type: "link_restored" });
        return;
      case "playback_changed":
        this.#fold({ type: "playback_changed", playback: event.playback });
        return;
      case "room_event":
        this.#fold({ type: "room_event", body: event.body, atMs: this.#parts.nowMs() });
        if (event.body.type === "conversation_ended") this.#parts.onOutOfTouch();
        return;
      case "closed":
        this.#onClosed(event.why);
    }
  }

  #onClosed(why: "lost" | "elsewhere" | "room_over"): void {
    this.#link = null;
    this.#parts.onOutOfTouch();
    if (this.#isOver()) return;
    if (why === "elsewhere") {
      this.#fold({ type: "opened_elsewhere" });
      return;
    }
    // A room that is over may also be one that is being made anew: the view decides, and until it has, we try.
    this.#fold({ type: "link_lost" });
    this.#joinLater();
  }

  #isOver(): boolean {
    return this.#closed || this.#state.phase === "ended";
  }

  #isLeft(link: RoomLink): boolean {
    return this.#isOver() || this.#link !== link;
  }

  #forgetRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #fold(event: LiveEvent): void {
    const next = after(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
