import { type RefObject, useEffect, useRef, useState } from "react";
import WaveSurfer from "wavesurfer.js";

export interface Waveform {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly state: "loading" | "drawn" | "failed";
}

/** Draws both channels of the recording that `audio` plays, and seeks by pointer. */
export function useWaveform(audio: HTMLAudioElement, url: string): Waveform {
  const frame = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<Waveform["state"]>("loading");

  useEffect(() => {
    const container = frame.current;
    if (container === null) return undefined;
    const style = getComputedStyle(container);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const channel = { progressColor: colour("--accent"), height: 64 };
    const wave = WaveSurfer.create({
      container,
      media: audio,
      cursorColor: colour("--ink"),
      normalize: true,
      splitChannels: [
        { ...channel, waveColor: colour("--line-strong") },
        { ...channel, waveColor: colour("--line-strong") },
      ],
    });
    const root = container.firstElementChild?.shadowRoot ?? null;
    if (root !== null) adoptStyles(root);
    wave.on("ready", () => { setState("drawn"); });
    wave.on("error", () => { setState("failed"); });
    wave.load(url).catch(() => { setState("failed"); });
    return () => {
      wave.destroy();
    };
  }, [audio, url]);
  return { frame, state };
}

/** The page's policy keeps styles that a library writes into the document from counting; a constructed sheet may. */
function adoptStyles(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([...root.querySelectorAll("style")].map((each) => each.textContent).join("\n"));
  root.adoptedStyleSheets = [sheet];
}
