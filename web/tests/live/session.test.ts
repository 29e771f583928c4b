import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { LinkEvent, RoomLink } from "../../src/live/roomLink";
import { Session } from "../../src/live/session";

const MICROPHONE = { id: "first" } as MediaStreamTrack;
const OTHER = { id: "other" } as MediaStreamTrack;

/** A room whose link opens when the test says so. */
class FakeRooms {
  readonly links: FakeLink[] = [];
  failures = 0;
  tokens = 0;
  outOfTouch = 0;

  readonly session = new Session({
    openLink: (listener) => {
      const link = new FakeLink(listener, this.failures > 0);
      if (this.failures > 0) this.failures -= 1;
      this.links.push(link);
      return link;
    },
    askConnection: () => {
      this.tokens += 1;
      return Promise.resolve({ url: "ws://room", token: String(this.tokens) });
    },
    onOutOfTouch: () => {
      this.outOfTouch += 1;
    },
    nowMs: () => 0,
  });

  get last(): FakeLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("no link was opened");
    return link;
  }
}

class FakeLink implements RoomLink {
  readonly done: string[] = [];
  readonly tell: (event: LinkEvent) => void;
  readonly #fails: boolean;

  constructor(listener: (event: LinkEvent) => void, fails: boolean) {
    this.tell = listener;
    this.#fails = fails;
  }

  open(connection: { token: string }, microphone: MediaStreamTrack, muted: boolean) {
    this.done.push(`open ${connection.token} ${microphone.id}${muted ? " muted" : ""}`);
    return this.#fails ? Promise.reject(new Error("no way in")) : Promise.resolve("playing" as const);
  }

  setMuted(muted: boolean) {
    return this.#did(`muted ${String(muted)}`);
  }

  replaceMicrophone(track: MediaStreamTrack) {
    return this.#did(`microphone ${track.id}`);
  }

  startPlayback() {
    return this.#did("playback");
  }

  close() {
    return this.#did("close");
  }

  #did(what: string) {
    this.done.push(what);
    return Promise.resolve();
  }
}

let rooms: FakeRooms;
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  rooms = new FakeRooms();
});
afterEach(async () => {
  await rooms.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

async function inRoom() {
  rooms.session.open();
  await rooms.session.takeMicrophone(MICROPHONE);
  await settle();
}

describe("a session", () => {
  it("waits for a microphone before it joins", async () => {
    rooms.session.open();
    await settle(60_000);
    expect(rooms.tokens).toBe(0);
    await rooms.session.takeMicrophone(MICROPHONE);
    await settle();
    expect(rooms.session.state().phase).toBe("in_room");
    expect(rooms.last.done).toEqual(["open 1 first"]);
  });

  it("tells its listeners of each change and of nothing else", async () => {
    const listener = vi.fn();
    const leave = rooms.session.subscribe(listener);
    await inRoom();
    const calls = listener.mock.calls.length;
    rooms.last.tell({ type: "restored" });
    expect(listener).toHaveBeenCalledTimes(calls);
    leave();
    rooms.last.tell({ type: "interrupted" });
    expect(listener).toHaveBeenCalledTimes(calls);
  });

  it("tries again with a fresh token for as long as joining fails, and asks where the participant is", async () => {
    rooms.failures = 3;
    await inRoom();
    expect(rooms.session.state()).toMatchObject({ phase: "joining", attempt: 1 });
    await settle(500 + 1_000 + 2_000);
    expect(rooms.session.state().phase).toBe("in_room");
    expect(rooms.tokens).toBe(4);
    expect(rooms.outOfTouch).toBe(3);
    expect(rooms.links[0]?.done).toEqual(["open 1 first", "close"]);
  });

  it("joins the same room anew when the link is lost, muted as before", async () => {
    await inRoom();
    await rooms.session.setMuted(true);
    rooms.last.tell({ type: "closed", why: "lost" });
    expect(rooms.session.state().phase).toBe("joining");
    await settle();
    expect(rooms.session.state().phase).toBe("in_room");
    expect(rooms.last.done).toEqual(["open 2 first muted"]);
  });

  it("hears nothing any more from a link that it has left", async () => {
    await inRoom();
    const old = rooms.last;
    old.tell({ type: "closed", why: "lost" });
    await settle();
    old.tell({ type: "interrupted" });
    expect(rooms.session.state().phase).toBe("in_room");
  });

  it("leaves the conversation to another tab until it is taken back", async () => {
    await inRoom();
    rooms.last.tell({ type: "closed", why: "elsewhere" });
    await settle(60_000);
    expect(rooms.session.state().phase).toBe("elsewhere");
    expect(rooms.links).toHaveLength(1);
    rooms.session.joinHere();
    await settle();
    expect(rooms.session.state().phase).toBe("in_room");
  });

  it("does not join again after the conversation has ended", async () => {
    await inRoom();
    rooms.last.tell({ type: "room_event", body: { type: "conversation_ended", reason: "time_up" } });
    rooms.last.tell({ type: "closed", why: "room_over" });
    await settle(60_000);
    expect(rooms.session.state()).toEqual({ phase: "ended", reason: "time_up" });
    expect(rooms.links).toHaveLength(1);
    expect(rooms.outOfTouch).toBeGreaterThanOrEqual(1);
  });

  it("publishes another microphone in place of the first without leaving the room", async () => {
    await inRoom();
    await rooms.session.takeMicrophone(OTHER);
    expect(rooms.last.done).toEqual(["open 1 first", "microphone other"]);
    expect(rooms.links).toHaveLength(1);
  });

  it("closes a link that opens only after the session was closed", async () => {
    rooms.session.open();
    await rooms.session.takeMicrophone(MICROPHONE);
    vi.advanceTimersByTime(0);
    const closing = rooms.session.close();
    await settle();
    await closing;
    for (const link of rooms.links) expect(link.done.at(-1)).toBe("close");
    expect(rooms.session.state().phase).toBe("joining");
  });

  it("can be opened again after it was closed", async () => {
    await inRoom();
    await rooms.session.close();
    rooms.session.open();
    await settle();
    expect(rooms.last.done).toEqual(["open 2 first"]);
  });
});
