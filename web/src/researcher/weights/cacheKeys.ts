/** Where what was read of subsets is kept; all of it stands below the list's key. */
export const SUBSETS = ["researcher", "subsets"] as const;

export function fitsOf(subset: string) {
  return [...SUBSETS, subset, "fits"] as const;
}
