import { describe, expect, it } from "vitest";

import { en } from "../../src/words/en";
import { failureOf, lacking } from "../../src/microphone/failure";
import { PeakHold, peakDbfs, wordFor } from "../../src/microphone/level";

const scope = (over: object) =>
  ({
    isSecureContext: true,
    navigator: { mediaDevices: { getUserMedia: () => undefined } },
    RTCPeerConnection: Function,
    AudioContext: Function,
    ...over,
  }) as unknown as typeof globalThis;

describe("what getUserMedia throws", () => {
  it.each([
    ["NotAllowedError", "notAllowed"],
    ["NotFoundError", "notFound"],
    ["NotReadableError", "notReadable"],
    ["OverconstrainedError", "overconstrained"],
    ["SecurityError", "insecure"],
    ["AbortError", "aborted"],
    ["SomethingNew", "unknown"],
  ] as const)("%s has advice of its own", (name, failure) => {
    expect(failureOf(new DOMException("", name))).toBe(failure);
    expect(en.microphone.failed[failure].advice.length).toBeGreaterThan(20);
  });

  it("is unknown when it is no error at all", () => {
    expect(failureOf("no")).toBe("unknown");
    expect(failureOf(null)).toBe("unknown");
  });
});

describe("a browser", () => {
  it("is fit when it has all that a conversation needs", () => {
    expect(lacking(scope({}))).toBeNull();
  });

  it("gives no microphone to an address that is not secure, whatever else it has", () => {
    expect(lacking(scope({ isSecureContext: false, navigator: {} }))).toBe("insecure");
  });

  it("is unsupported without capture, peer connections or audio contexts", () => {
    expect(lacking(scope({ navigator: {} }))).toBe("unsupported");
    expect(lacking(scope({ RTCPeerConnection: undefined }))).toBe("unsupported");
    expect(lacking(scope({ AudioContext: undefined }))).toBe("unsupported");
  });
});

describe("the level", () => {
  it("is the peak in dB relative to full scale, with a floor", () => {
    expect(peakDbfs(new Float32Array([0, -1, 0.5]))).toBeCloseTo(0);
    expect(peakDbfs(new Float32Array([0.1]))).toBeCloseTo(-20);
    expect(peakDbfs(new Float32Array(16))).toBe(-70);
  });

  it("has a word for nothing, too quiet, fine and too loud", () => {
    expect([-70, -45, -20, -0.5].map(wordFor)).toEqual(["nothing", "quiet", "fine", "loud"]);
  });

  it("holds the loudest reading for its while and no longer", () => {
    const hold = new PeakHold(1_000);
    expect(hold.push(-10, 0)).toBe(-10);
    expect(hold.push(-60, 900)).toBe(-10);
    expect(hold.push(-60, 1_100)).toBe(-60);
  });
});
