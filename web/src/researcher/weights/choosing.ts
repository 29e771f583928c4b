import type { FitListed } from "../../api/humanSubsets";

export interface ChosenFit {
  readonly fit?: string;
}

/** Which computation the address asks for; none for the latest. */
export function readChosenFit(search: Readonly<Record<string, unknown>>): ChosenFit {
  return typeof search.fit === "string" ? { fit: search.fit } : {};
}

export function isOpen(fit: FitListed): boolean {
  return fit.state === "queued" || fit.state === "running";
}

export function isWithoutWeights(fit: FitListed): boolean {
  return fit.state === "refused" || fit.state === "failed";
}

/** The one asked for, else the latest that is done, else the latest. `fits`: the latest first. */
export function shownOf(fits: readonly FitListed[], asked: string | undefined): FitListed | undefined {
  return fits.find((fit) => fit.id === asked) ?? fits.find((fit) => fit.state === "done") ?? fits[0];
}
