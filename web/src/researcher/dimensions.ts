import type { components } from "../api/generated/openapi";

export type Dimension = components["schemas"]["Dimension"];

/** In the order in which participants rate them. */
export const DIMENSIONS = [
  "overall_recommendation",
  "understanding",
  "naturalness",
  "response_quality",
  "task_effectiveness",
] as const satisfies readonly Dimension[];
