/** Below this peak a microphone gives no sound at all: quiet rooms are above it even with noise suppression. */
export const SILENT_DBFS = -62;

/** How long the microphone may be silent, while it is the participant's turn, before the page says so. */
export const SILENT_AFTER_MS = 8_000;

/** A watch over the microphone while the participant is expected to speak. */
export interface SilenceWatch {
  /** Since when nothing was heard; null while it does not count. */
  readonly sinceMs: number | null;
  readonly silent: boolean;
}

export const UNWATCHED: SilenceWatch = { sinceMs: null, silent: false };

/** The watch after one reading of the level; `expected` is false while muted or while the assistant has the word. */
export function watched(
  watch: SilenceWatch,
  reading: { readonly peakDbfs: number; readonly atMs: number; readonly expected: boolean },
): SilenceWatch {
  if (reading.peakDbfs > SILENT_DBFS) return UNWATCHED;
  // What was silent stays silent until something is heard, also across the assistant's next words.
  if (!reading.expected) return watch.silent ? watch : UNWATCHED;
  const sinceMs = watch.sinceMs ?? reading.atMs;
  return { sinceMs, silent: watch.silent || reading.atMs - sinceMs >= SILENT_AFTER_MS };
}
