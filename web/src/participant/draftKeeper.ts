import { Problem } from "../api/problem";
import type { Draft } from "./rating";

const AFTER_MS = 600;
const AGAIN_MS = 3_000;

/** Where a draft is kept, and how that goes. */
export interface DraftKeeping {
  readonly send: (draft: Draft) => Promise<void>;
  readonly onKept: (isKept: boolean) => void;
}

/** Sends the latest draft a moment after the last change, and again until the server has it. */
export class DraftKeeper {
  readonly #keeping: DraftKeeping;
  #latest: Draft | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(keeping: DraftKeeping) {
    this.#keeping = keeping;
  }

  put(draft: Draft): void {
    this.#latest = draft;
    this.#sendAfter(AFTER_MS);
  }

  /** Sends nothing any more until the next `put`. */
  stop(): void {
    this.#latest = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #sendAfter(waitMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#send();
    }, waitMs);
  }

  async #send(): Promise<void> {
    const draft = this.#latest;
    if (draft === null) return;
    try {
      await this.#keeping.send(draft);
      this.#keeping.onKept(true);
    } catch (error) {
      // An answer says that trying again changes nothing; only silence is worth another attempt.
      if (error instanceof Problem || this.#latest === null) return;
      this.#keeping.onKept(false);
      if (this.#timer === null) this.#sendAfter(AGAIN_MS);
    }
  }
}
