import { useEffect, useRef } from "react";

import { peakDbfs } from "./level";

const EVERY_MS = 60;

/**
 * Calls `onLevel` with the stream's peak about sixteen times a second.
 *
 * Says nothing while the browser holds audio back: no reading is not silence.
 */
export function useLevel(stream: MediaStream | null, onLevel: (dbfs: number, atMs: number) => void): void {
  const listener = useRef(onLevel);
  useEffect(() => {
    listener.current = onLevel;
  });

  useEffect(() => {
    if (stream === null) return undefined;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      if (context.state !== "running") return;
      analyser.getFloatTimeDomainData(samples);
      listener.current(peakDbfs(samples), performance.now());
    }, EVERY_MS);
    const wake = () => void context.resume();
    window.addEventListener("pointerdown", wake);
    window.addEventListener("keydown", wake);
    return () => {
      clearInterval(timer);
      window.removeEventListener("pointerdown", wake);
      window.removeEventListener("keydown", wake);
      void context.close();
    };
  }, [stream]);
}
