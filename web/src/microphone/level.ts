/** What a level means to the person speaking. */
export type LevelWord = "nothing" | "quiet" | "fine" | "loud";

export const FLOOR_DBFS = -70;

/** Peaks of speech at a laptop's microphone without automatic gain lie between about -30 and -8 dBFS. */
const QUIET_DBFS = -55;
const FINE_DBFS = -36;
const LOUD_DBFS = -1.5;

export function wordFor(peakDbfs: number): LevelWord {
  if (peakDbfs < QUIET_DBFS) return "nothing";
  if (peakDbfs < FINE_DBFS) return "quiet";
  return peakDbfs < LOUD_DBFS ? "fine" : "loud";
}

/** The peak of a block of samples in dB relative to full scale, at least `FLOOR_DBFS`. */
export function peakDbfs(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return Math.max(FLOOR_DBFS, 20 * Math.log10(Math.max(peak, 1e-9)));
}

/** The loudest of the last readings, so that a word does not flicker between two syllables. */
export class PeakHold {
  readonly #readings: { readonly atMs: number; readonly dbfs: number }[] = [];
  readonly #holdMs: number;

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  push(dbfs: number, atMs: number): number {
    this.#readings.push({ atMs, dbfs });
    while ((this.#readings[0]?.atMs ?? atMs) < atMs - this.#holdMs) this.#readings.shift();
    return Math.max(...this.#readings.map((each) => each.dbfs));
  }
}
