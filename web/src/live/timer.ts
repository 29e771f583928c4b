/** How much of the conversation is left, on the page's own clock (`performance.now`, in ms). */
export type Timer =
  | { readonly kind: "not_started" }
  | { readonly kind: "running"; readonly endsAtMs: number }
  | { readonly kind: "paused"; readonly remainingS: number };

export const NOT_STARTED: Timer = { kind: "not_started" };

/** Drift below this is the network's, not the clock's; correcting it would make the display jump. */
const TOLERATED_DRIFT_S = 1.5;

export function runningFor(remainingS: number, nowMs: number): Timer {
  return { kind: "running", endsAtMs: nowMs + remainingS * 1000 };
}

/** Seconds left, never below 0; null before the assistant was ready. */
export function remainingS(timer: Timer, nowMs: number): number | null {
  switch (timer.kind) {
    case "not_started":
      return null;
    case "paused":
      return timer.remainingS;
    case "running":
      return Math.max(0, (timer.endsAtMs - nowMs) / 1000);
  }
}

export function paused(timer: Timer, nowMs: number): Timer {
  const left = remainingS(timer, nowMs);
  return left === null ? NOT_STARTED : { kind: "paused", remainingS: left };
}

/** The timer the server speaks of; an agreeing timer is returned unchanged. */
export function corrected(timer: Timer, serverRemainingS: number, nowMs: number): Timer {
  const left = remainingS(timer, nowMs);
  const agrees = timer.kind === "running" && left !== null && Math.abs(left - serverRemainingS) <= TOLERATED_DRIFT_S;
  return agrees ? timer : runningFor(serverRemainingS, nowMs);
}
