import type { HumanSubset } from "../../api/humanSubsets";

type ItemLine = HumanSubset["items"][number];

export interface Sorting {
  readonly by: keyof ItemLine;
  readonly descending: boolean;
}

/** With so many digits after the point, and a true minus. */
export function figure(value: number | null, digits = 2): string {
  return value === null ? "–" : value.toFixed(digits).replace(/^-/, "−");
}

export function percent(share: number | null): string {
  return share === null ? "–" : `${figure(share * 100, 0)}\u00a0%`;
}

export function range(low: number | null, high: number | null, write: (value: number | null) => string): string {
  return low === null || high === null ? "–" : `${write(low)} to ${write(high)}`;
}

export function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : figure(p, 3);
}

/** Weights by how much they move a prediction, whichever way; items by name. */
export function sorted(items: readonly ItemLine[], { by, descending }: Sorting): readonly ItemLine[] {
  const sign = descending ? -1 : 1;
  return items.toSorted((a, b) => {
    if (by === "item") return sign * a.item.localeCompare(b.item, "en", { numeric: true });
    return sign * (Math.abs(a[by]) - Math.abs(b[by]));
  });
}
