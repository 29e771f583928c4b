import { useEffect, useState, useSyncExternalStore } from "react";

import type { LiveState } from "./liveState";
import { Session, type SessionParts } from "./session";

export interface LiveSession {
  readonly state: LiveState;
  readonly session: Session;
}

/** One session for as long as the component stands; `parts` are those of the first rendering. */
export function useSession(parts: SessionParts, track: MediaStreamTrack | null, muted: boolean): LiveSession {
  const [session] = useState(() => new Session(parts));

  useEffect(() => {
    session.open();
    return () => {
      void session.close();
    };
  }, [session]);

  useEffect(() => {
    void session.setMuted(muted).catch(() => undefined);
  }, [session, muted]);

  useEffect(() => {
    if (track !== null) void session.takeMicrophone(track).catch(() => undefined);
  }, [session, track]);

  return { session, state: useSyncExternalStore(session.subscribe, session.state) };
}
