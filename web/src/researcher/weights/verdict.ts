import type { Tone } from "../../design/Callout";

interface VerdictLook {
  readonly tone: Tone;
  readonly word: "notPredictive" | "suggestive" | "predictive";
}

/** By the level that the analysis names. */
export const VERDICTS: Readonly<Record<string, VerdictLook | undefined>> = {
  "not predictive": { tone: "warn", word: "notPredictive" },
  suggestive: { tone: "info", word: "suggestive" },
  predictive: { tone: "good", word: "predictive" },
};
