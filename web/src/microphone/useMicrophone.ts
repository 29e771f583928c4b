import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";

import { type Microphone, closeMicrophone, openMicrophone } from "./capture";
import type { MicrophoneFailure } from "./failure";

export type MicrophoneState =
  | { readonly kind: "closed" }
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly microphone: Microphone }
  | { readonly kind: "lost" }
  | { readonly kind: "failed"; readonly failure: MicrophoneFailure };

export interface MicrophoneKeeper {
  readonly state: MicrophoneState;
  /** Opens this device, or the one used before, in place of what is open. */
  readonly open: (deviceId?: string) => void;
  readonly close: () => void;
}

/** Keeps one microphone open from the check to the end of the conversation. */
export function useMicrophoneKeeper(): MicrophoneKeeper {
  const [state, setState] = useState<MicrophoneState>({ kind: "closed" });
  const current = useRef<Microphone | null>(null);
  const request = useRef(0);

  const close = useCallback(() => {
    request.current += 1;
    if (current.current !== null) closeMicrophone(current.current);
    current.current = null;
    setState({ kind: "closed" });
  }, []);

  const open = useCallback(async (deviceId?: string) => {
    request.current += 1;
    const mine = request.current;
    setState({ kind: "opening" });
    const opened = await openMicrophone(deviceId ?? null);
    if (mine !== request.current) {
      if (opened.ok) closeMicrophone(opened.microphone);
      return;
    }
    if (current.current !== null) closeMicrophone(current.current);
    current.current = opened.ok ? opened.microphone : null;
    setState(opened.ok ? { kind: "open", microphone: opened.microphone } : { kind: "failed", failure: opened.failure });
  }, []);

  const track = state.kind === "open" ? state.microphone.track : null;
  useEffect(() => {
    if (track === null) return undefined;
    const onEnded = () => {
      setState({ kind: "lost" });
    };
    track.addEventListener("ended", onEnded);
    return () => {
      track.removeEventListener("ended", onEnded);
    };
  }, [track]);

  return useMemo(() => ({ state, open: (deviceId?: string) => void open(deviceId), close }), [state, open, close]);
}

export const MicrophoneContext = createContext<MicrophoneKeeper | null>(null);

export function useMicrophone(): MicrophoneKeeper {
  const keeper = useContext(MicrophoneContext);
  if (keeper === null) throw new Error("useMicrophone stands outside of MicrophoneContext");
  return keeper;
}
