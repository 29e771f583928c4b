import { beforeEach, describe, expect, it, vi } from "vitest";

import { arrivalAt, forgetArrivalIds, takeArrivalIds } from "../../src/participant/arrival";

class MemoryStorage implements Storage {
  readonly #items = new Map<string, string>();
  get length() {
    return this.#items.size;
  }
  clear() {
    this.#items.clear();
  }
  getItem(key: string) {
    return this.#items.get(key) ?? null;
  }
  key() {
    return null;
  }
  removeItem(key: string) {
    this.#items.delete(key);
  }
  setItem(key: string, value: string) {
    this.#items.set(key, value);
  }
}

let store: Storage;
beforeEach(() => {
  store = new MemoryStorage();
});

function openAt(address: string) {
  const history = { state: null, replaceState: vi.fn<History["replaceState"]>() };
  takeArrivalIds(new URL(address) as unknown as Location, history as unknown as History, store);
  return history.replaceState;
}

describe("arriving", () => {
  it("moves Prolific's ids out of the address and sends them", () => {
    const replace = openAt("https://study.example/p/demo?PROLIFIC_PID=p1&STUDY_ID=s1&SESSION_ID=x1#top");
    expect(replace).toHaveBeenCalledWith(null, "", "/p/demo#top");
    expect(arrivalAt("demo", store)).toEqual({
      study: "demo",
      prolific_pid: "p1",
      prolific_study_id: "s1",
      prolific_session_id: "x1",
    });
  });

  it("leaves an address without ids as it is, and other parameters too", () => {
    expect(openAt("https://study.example/p/demo?lang=en")).not.toHaveBeenCalled();
    expect(openAt("https://study.example/p/demo?lang=en&PROLIFIC_PID=p1")).toHaveBeenCalledWith(null, "", "/p/demo?lang=en");
  });

  it("keeps the ids over a reload until the server knows them", () => {
    openAt("https://study.example/p/demo?PROLIFIC_PID=p1");
    openAt("https://study.example/p/demo");
    expect(arrivalAt("demo", store).prolific_pid).toBe("p1");
    forgetArrivalIds(store);
    expect(arrivalAt("demo", store)).toEqual({ study: "demo" });
  });
});
