import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { type View, arrive, readView } from "../api/participation";
import { Problem } from "../api/problem";
import { arrivalAt, forgetArrivalIds } from "./arrival";

const KEY = ["participation"] as const;
/** While a conversation runs, the view is read this often in case the room's own word is lost. */
const POLL_MS = 2_500;

/** A view and when it was asked for, on the page's clock. */
export interface Reading {
  readonly view: View;
  readonly askedAtMs: number;
}

async function read(signal: AbortSignal): Promise<Reading> {
  const askedAtMs = performance.now();
  return { view: await readView(signal), askedAtMs };
}

/** Arrives at the study once and from then on shows where the participant is. */
export function useParticipation(study: string): UseQueryResult<Reading> {
  const cache = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      if (cache.getQueryData(KEY) !== undefined) return read(signal);
      const askedAtMs = performance.now();
      const view = await arrive(arrivalAt(study, sessionStorage));
      forgetArrivalIds(sessionStorage);
      return { view, askedAtMs };
    },
    refetchInterval: (query) => (query.state.data?.view.stage === "conversation" ? POLL_MS : false),
    refetchIntervalInBackground: true,
    retry: false,
  });
}

/** Reads the view anew, unless it is being read already. */
export function useReadAgain(): () => void {
  const cache = useQueryClient();
  return useCallback(() => void cache.invalidateQueries({ queryKey: KEY }, { cancelRefetch: false }), [cache]);
}

/** One step along the path: calls, and shows the view that comes back. A step out of turn reads the view anew. */
export function useStep<Input = void>(call: (input: Input) => Promise<View>) {
  const cache = useQueryClient();
  const readAgain = useReadAgain();
  return useMutation({
    mutationFn: call,
    onMutate: async () => {
      await cache.cancelQueries({ queryKey: KEY });
    },
    onSuccess: (view) => {
      cache.setQueryData<Reading>(KEY, { view, askedAtMs: performance.now() });
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) readAgain();
    },
  });
}
