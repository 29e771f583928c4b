import { describe, expect, it } from "vitest";

import { missingParts, partOfField } from "../../src/participant/rating";

const IDS = ["overall_recommendation", "understanding"] as const;

describe("a rating", () => {
  it("is missing what was not chosen, in the order of the page", () => {
    expect(missingParts({ scores: { overall_recommendation: 3 }, feedback: "  " }, IDS)).toEqual(["understanding", "feedback"]);
  });

  it("is whole with the same score everywhere", () => {
    expect(missingParts({ scores: { overall_recommendation: 4, understanding: 4 }, feedback: "fine" }, IDS)).toEqual([]);
  });

  it("knows the parts that the server's fields speak of", () => {
    expect(partOfField("scores.understanding", IDS)).toBe("understanding");
    expect(partOfField("feedback", IDS)).toBe("feedback");
    expect(partOfField("scores", IDS)).toBeNull();
  });
});
