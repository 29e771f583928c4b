import { answerOf, client, expectDone, fetchWithin } from "./client";
import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

export type SubsetListed = Schemas["SubsetListed"];
export type SubsetAdded = Schemas["SubsetAdded"];
export type FitListed = Schemas["FitListed"];
export type FitShown = Schemas["FitShown"];
export type FitSent = Schemas["FitSent"];
export type FitState = Schemas["FitState"];
export type HumanSubset = Schemas["HumanSubsetShown"];

export const MOST_BYTES = 8 * 1024 * 1024;
const LONGEST_LABEL = 120;

/** The file is loaded for a check, by a process that has to start first. */
const CHECK_PATIENCE_MS = 90_000;

export async function listSubsets(): Promise<readonly SubsetListed[]> {
  return answerOf(await client.GET("/api/researcher/subsets")).items;
}

export async function addSubset(file: File): Promise<SubsetAdded> {
  const label = file.name.replace(/\.json$/i, "").slice(0, LONGEST_LABEL);
  return answerOf(
    await client.POST("/api/researcher/subsets", {
      params: { query: { label } },
      body: await file.text(),
      bodySerializer: (text) => text,
      headers: { "Content-Type": "application/json" },
      fetch: fetchWithin(CHECK_PATIENCE_MS),
    }),
  );
}

export async function removeSubset(id: string): Promise<void> {
  expectDone(await client.DELETE("/api/researcher/subsets/{subset_id}", { params: { path: { subset_id: id } } }));
}

export async function listFits(subset: string): Promise<readonly FitListed[]> {
  const path = { subset_id: subset };
  return answerOf(await client.GET("/api/researcher/subsets/{subset_id}/fits", { params: { path } })).items;
}

export async function askForFit(subset: string, sent: FitSent): Promise<FitListed> {
  const path = { subset_id: subset };
  return answerOf(await client.POST("/api/researcher/subsets/{subset_id}/fits", { params: { path }, body: sent }));
}

export async function readFit(subset: string, fit: string): Promise<FitShown> {
  const path = { subset_id: subset, fit_id: fit };
  return answerOf(await client.GET("/api/researcher/subsets/{subset_id}/fits/{fit_id}", { params: { path } }));
}

/** The finished file; the browser downloads it by itself. */
export function humanSubsetAddress(subset: string, fit: string): string {
  return `/api/researcher/subsets/${subset}/fits/${fit}/human-subset.json`;
}
