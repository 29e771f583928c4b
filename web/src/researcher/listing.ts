import type { Category, ConversationStage, Filters } from "../api/researcher";

export const CATEGORIES = ["open_chat", "goal_oriented", "tool_task"] as const satisfies readonly Category[];
export const STAGES = ["connecting", "talking", "ended", "rated"] as const satisfies readonly ConversationStage[];

export type Listing = Filters & { readonly page: number };

/** The list as its address says it; what does not fit is left out. */
export function readListing(search: Readonly<Record<string, unknown>>): Listing {
  const { model, scenario, category, stage, page } = search;
  const whole = typeof page === "number" && Number.isInteger(page) && page > 0 ? page : 1;
  return {
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof scenario === "string" ? { scenario } : {}),
    ...withKnown("category", CATEGORIES.find((each) => each === category)),
    ...withKnown("stage", STAGES.find((each) => each === stage)),
    page: whole,
  };
}

function withKnown<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
