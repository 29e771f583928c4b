import { describe, expect, it } from "vitest";

import { clockTime, spokenTime } from "../../src/words/format";

describe("times", () => {
  it("reach 0:00 only when the time is over", () => {
    expect(clockTime(0.2)).toBe("0:01");
    expect(clockTime(0)).toBe("0:00");
    expect(clockTime(-3)).toBe("0:00");
    expect(clockTime(600)).toBe("10:00");
    expect(clockTime(3605)).toBe("1:00:05");
  });

  it("are said in words", () => {
    expect(spokenTime(61)).toBe("1 minute 1 second");
    expect(spokenTime(120)).toBe("2 minutes");
    expect(spokenTime(45)).toBe("45 seconds");
  });
});
