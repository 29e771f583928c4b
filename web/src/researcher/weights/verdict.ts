import type { Tone } from "../../design/Callout";
import type { IconName } from "../../design/Icon";

interface VerdictLook {
  readonly tone: Tone;
  readonly sign: IconName;
  readonly word: "notPredictive" | "suggestive" | "predictive";
}

/** By the level that the analysis names. */
export const VERDICTS: Readonly<Record<string, VerdictLook | undefined>> = {
  "not predictive": { tone: "warn", sign: "alert", word: "notPredictive" },
  suggestive: { tone: "info", sign: "info", word: "suggestive" },
  predictive: { tone: "good", sign: "checkCircle", word: "predictive" },
};
