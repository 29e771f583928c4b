import { useCallback, useEffect, useRef, useState } from "react";

/** The longest sentence that is recorded to be heard again. */
export const LONGEST_S = 5;

export type Sample =
  | { readonly kind: "none" }
  | { readonly kind: "recording" }
  | { readonly kind: "ready"; readonly clip: Blob }
  | { readonly kind: "playing"; readonly clip: Blob }
  | { readonly kind: "failed" };

export interface Sampler {
  readonly sample: Sample;
  readonly record: () => void;
  readonly stop: () => void;
  readonly play: () => void;
}

/** Records a sentence and plays it back, without the recording ever leaving this page. */
export function useSample(stream: MediaStream | null): Sampler {
  const [sample, setSample] = useState<Sample>({ kind: "none" });
  const running = useRef<() => void>(() => undefined);

  useEffect(
    () => () => {
      running.current();
    },
    [stream],
  );

  const record = useCallback(() => {
    if (stream === null) return;
    running.current();
    try {
      running.current = recordFrom(stream, setSample);
    } catch {
      setSample({ kind: "failed" });
    }
  }, [stream]);

  const play = useCallback(() => {
    if (sample.kind !== "ready") return;
    const { clip } = sample;
    setSample({ kind: "playing", clip });
    playClip(clip).then(
      () => {
        setSample({ kind: "ready", clip });
      },
      () => {
        setSample({ kind: "failed" });
      },
    );
  }, [sample]);

  const stop = useCallback(() => {
    running.current();
  }, []);

  return { sample, record, stop, play };
}

function recordFrom(stream: MediaStream, show: (sample: Sample) => void): () => void {
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  const stop = () => {
    clearTimeout(timer);
    if (recorder.state !== "inactive") recorder.stop();
  };
  const timer = setTimeout(stop, LONGEST_S * 1000);
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.addEventListener("error", () => {
    clearTimeout(timer);
    show({ kind: "failed" });
  });
  recorder.addEventListener("stop", () => {
    const clip = new Blob(pieces, { type: recorder.mimeType });
    show(clip.size > 0 ? { kind: "ready", clip } : { kind: "failed" });
  });
  recorder.start();
  show({ kind: "recording" });
  return stop;
}

/** Resolves when the clip was heard to its end. Decoded rather than linked: the page's policy allows no blob URLs. */
async function playClip(clip: Blob): Promise<void> {
  const context = new AudioContext();
  try {
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(await clip.arrayBuffer());
    source.connect(context.destination);
    await new Promise((resolve) => {
      source.addEventListener("ended", resolve);
      source.start();
    });
  } finally {
    await context.close();
  }
}
