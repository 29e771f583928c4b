import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import type { ConversationShown } from "../api/researcher";
import { type PlayerState, RecordingPlayer } from "./recordingPlayer";
import { recordingStartS } from "./timeline";

export interface Player extends PlayerState {
  readonly player: RecordingPlayer;
  readonly part: number | null;
  readonly url: string | null;
  readonly choosePart: (part: number) => void;
  /** When the recording began, in seconds since 1970; null when the log does not tell. */
  readonly startS: number | null;
  /** Where a moment lies in the recording that is shown; null when it lies outside. */
  readonly secondsOf: (at: string) => number | null;
}

/** The player of a conversation's recordings, and what it is doing. */
export function usePlayer(conversation: ConversationShown): Player {
  const [player] = useState(() => new RecordingPlayer());
  const [chosen, setChosen] = useState<number | null>(null);
  const state = useSyncExternalStore(player.subscribe, player.state);
  const recording = conversation.recordings.find((each) => each.part === chosen) ?? conversation.recordings[0] ?? null;
  const part = recording?.part ?? null;
  const url = recording?.url ?? null;

  useEffect(() => {
    player.load(url);
    return () => {
      player.load(null);
    };
  }, [player, url]);

  const { events } = conversation;
  const startS = useMemo(() => (part === null ? null : recordingStartS(events, part)), [events, part]);
  const secondsOf = (at: string) => {
    if (startS === null || state.durationS === 0) return null;
    const seconds = Date.parse(at) / 1000 - startS;
    return seconds >= 0 && seconds <= state.durationS ? seconds : null;
  };
  return { ...state, player, part, url, choosePart: setChosen, startS, secondsOf };
}
