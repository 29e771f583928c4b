import { describe, expect, it } from "vitest";

import schema from "../../room-event.schema.json";
import { readPacket } from "../../src/live/packet";

const packet = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

describe("a packet", () => {
  it("carries the body of a room event", () => {
    const body = { type: "assistant_ready", remaining_s: 600 };
    expect(readPacket(packet({ sent_at: "2025-01-01T00:00:00Z", body }))).toEqual(body);
  });

  it("is nothing when it is not JSON, not an event, or of a type from the future", () => {
    expect(readPacket(packet("{"))).toBeNull();
    expect(readPacket(new Uint8Array([0xff, 0xfe]))).toBeNull();
    expect(readPacket(packet([1, 2]))).toBeNull();
    expect(readPacket(packet({ body: null }))).toBeNull();
    expect(readPacket(packet({ body: { type: "toString" } }))).toBeNull();
    expect(readPacket(packet({ body: { type: "from_the_future" } }))).toBeNull();
  });

  it("is known for every type of the contract", () => {
    const types = Object.keys(schema.properties.body.discriminator.mapping);
    expect(types.length).toBeGreaterThanOrEqual(8);
    for (const type of types) expect(readPacket(packet({ body: { type } })), type).not.toBeNull();
  });
});
