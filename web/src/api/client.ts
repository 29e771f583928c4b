import createClient from "openapi-fetch";

import type { paths } from "./generated/openapi";
import { Unreachable, problemOf } from "./problem";

/** A call that has no answer by then counts as unreachable. */
const PATIENCE_MS = 15_000;

/** A fetch that gives up after so long. */
export function fetchWithin(patienceMs: number) {
  return async (request: Request): Promise<Response> => {
    try {
      return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(patienceMs)]) });
    } catch (error) {
      throw new Unreachable("The server cannot be reached.", { cause: error });
    }
  };
}

/** The API with its generated types; same origin, session cookie. */
export const client = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: "same-origin",
  fetch: fetchWithin(PATIENCE_MS),
});

interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The answer's body; throws `Problem` for an error answer and `Unreachable` when there was none. */
export function answerOf<T>({ data, error, response }: Answered<T>): NonNullable<T> {
  if (!response.ok) throw problemOf(response.status, error);
  if (data === undefined || data === null) throw new Unreachable("The server answered nothing.");
  return data;
}

/** For calls that answer without a body. */
export function expectDone({ error, response }: Answered<unknown>): void {
  if (!response.ok) throw problemOf(response.status, error);
}
