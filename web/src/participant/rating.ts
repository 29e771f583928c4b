import type { Dimension, Scores } from "../api/participation";

export const LONGEST_FEEDBACK = 5_000;

/** What is filled in so far. */
export interface Draft {
  readonly scores: Scores;
  readonly feedback: string;
}

export type MissingPart = Dimension | "feedback";

/** What is still missing, in the order of the page. Equal scores everywhere are a rating like any other. */
export function missingParts(draft: Draft, dimensions: readonly Dimension[]): readonly MissingPart[] {
  const scores = dimensions.filter((dimension) => draft.scores[dimension] === undefined);
  return draft.feedback.trim() === "" ? [...scores, "feedback"] : scores;
}

/** The parts that the server's field names speak of; a field that is on no part is left out. */
export function partOfField(field: string, dimensions: readonly Dimension[]): MissingPart | null {
  if (field === "feedback") return "feedback";
  return dimensions.find((dimension) => field === `scores.${dimension}` || field === dimension) ?? null;
}
