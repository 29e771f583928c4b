import type { components } from "./generated/openapi";

type Body = components["schemas"]["Problem"];

/** An error that the API answered with. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** What is wrong, by the name of the field. */
  readonly fields: ReadonlyMap<string, string>;
  /** Where the participant is, when a call came out of step. */
  readonly stage: string | null;
  readonly retryAfterS: number | null;

  constructor(status: number, body: Partial<Body>) {
    super(body.detail ?? body.title ?? `The server answered ${String(status)}.`);
    this.status = status;
    this.fields = new Map((body.errors ?? []).map((each) => [each.field, each.message]));
    this.stage = body.stage ?? null;
    this.retryAfterS = body.retry_after_s ?? null;
  }
}

/** The API could not be reached, or something before it answered in its place. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** A gateway's own answers: the API itself always says 503 with a problem. */
const GATEWAY = new Set([502, 504]);

export function problemOf(status: number, body: unknown): Problem | Unreachable {
  const isProblem = typeof body === "object" && body !== null && "status" in body;
  if (!isProblem && (GATEWAY.has(status) || status === 503)) return new Unreachable(`Gateway answered ${String(status)}.`);
  return new Problem(status, isProblem ? (body as Partial<Body>) : {});
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
