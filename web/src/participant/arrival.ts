import type { Arrival } from "../api/participation";

const PROLIFIC = {
  prolific_pid: "PROLIFIC_PID",
  prolific_study_id: "STUDY_ID",
  prolific_session_id: "SESSION_ID",
} as const;

type Ids = Partial<Record<keyof typeof PROLIFIC, string>>;

/** Holds the ids between the link and the first answer of the server, so that a failed start loses no one. */
const KEPT = "earwitness.arrival";

/**
 * Moves Prolific's ids out of the address, where they would reach histories, logs and screen shares.
 *
 * To be called before anything reads the address.
 */
export function takeArrivalIds(location: Location, history: History, store: Storage): void {
  const query = new URLSearchParams(location.search);
  const ids: Ids = {};
  for (const [field, parameter] of Object.entries(PROLIFIC) as [keyof Ids, string][]) {
    const value = query.get(parameter);
    if (value !== null && value !== "") ids[field] = value;
    query.delete(parameter);
  }
  if (Object.keys(ids).length === 0) return;
  store.setItem(KEPT, JSON.stringify(ids));
  const rest = query.toString();
  history.replaceState(history.state, "", location.pathname + (rest === "" ? "" : `?${rest}`) + location.hash);
}

/** What to send on arrival at a study. */
export function arrivalAt(study: string, store: Storage): Arrival {
  const kept = store.getItem(KEPT);
  return { study, ...(kept === null ? {} : (JSON.parse(kept) as Ids)) };
}

/** The server knows them now. */
export function forgetArrivalIds(store: Storage): void {
  store.removeItem(KEPT);
}
