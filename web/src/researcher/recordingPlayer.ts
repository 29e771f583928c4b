export interface PlayerState {
  readonly isPlaying: boolean;
  readonly positionS: number;
  /** 0 until it is known. */
  readonly durationS: number;
}

const AT_REST: PlayerState = { isPlaying: false, positionS: 0, durationS: 0 };
const NEWS = ["play", "pause", "ended", "timeupdate", "seeking", "durationchange", "emptied"] as const;

/** Plays one recording at a time; `subscribe` and `state` fit React's `useSyncExternalStore`. */
export class RecordingPlayer {
  /** For the waveform, which follows it. */
  readonly audio = new Audio();
  readonly #listeners = new Set<() => void>();
  #state = AT_REST;

  constructor() {
    this.audio.preload = "metadata";
    for (const news of NEWS) {
      this.audio.addEventListener(news, () => {
        this.#read();
      });
    }
  }

  readonly state = (): PlayerState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Makes this recording the one to play, or none. */
  load(url: string | null): void {
    this.audio.pause();
    if (url === null) this.audio.removeAttribute("src");
    else this.audio.src = url;
    this.audio.load();
  }

  playFrom(seconds: number): void {
    this.seek(seconds);
    this.play();
  }

  play(): void {
    this.audio.play().catch(() => {
      this.#read();
    });
  }

  pause(): void {
    this.audio.pause();
  }

  seek(seconds: number): void {
    this.audio.currentTime = seconds;
  }

  setSpeed(speed: number): void {
    this.audio.defaultPlaybackRate = speed;
    this.audio.playbackRate = speed;
  }

  #read(): void {
    const { paused, currentTime, duration } = this.audio;
    this.#state = { isPlaying: !paused, positionS: currentTime, durationS: Number.isFinite(duration) ? duration : 0 };
    for (const listener of this.#listeners) listener();
  }
}
