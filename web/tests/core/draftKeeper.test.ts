import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Problem, Unreachable } from "../../src/api/problem";
import { DraftKeeper } from "../../src/participant/draftKeeper";
import type { Draft } from "../../src/participant/rating";

const draft = (feedback: string): Draft => ({ scores: {}, feedback });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function keeperThat(...outcomes: (Error | null)[]) {
  const sent: string[] = [];
  const kept: boolean[] = [];
  const keeper = new DraftKeeper({
    send: ({ feedback }) => {
      sent.push(feedback);
      const outcome = outcomes.shift() ?? null;
      return outcome === null ? Promise.resolve() : Promise.reject(outcome);
    },
    onKept: (isKept) => kept.push(isKept),
  });
  return { keeper, sent, kept };
}

describe("the keeper of a draft", () => {
  it("sends only the latest of changes in quick succession", async () => {
    const { keeper, sent, kept } = keeperThat();
    keeper.put(draft("a"));
    await vi.advanceTimersByTimeAsync(300);
    keeper.put(draft("ab"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual(["ab"]);
    expect(kept).toEqual([true]);
  });

  it("tries again until the server has it", async () => {
    const { keeper, sent, kept } = keeperThat(new Unreachable("away"), new Unreachable("away"));
    keeper.put(draft("a"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent).toEqual(["a", "a", "a"]);
    expect(kept).toEqual([false, false, true]);
  });

  it("does not repeat what the server refused", async () => {
    const { keeper, sent } = keeperThat(new Problem(409, { stage: "finished" }));
    keeper.put(draft("a"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent).toEqual(["a"]);
  });

  it("sends nothing after it was stopped", async () => {
    const { keeper, sent } = keeperThat();
    keeper.put(draft("a"));
    keeper.stop();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent).toEqual([]);
  });
});
