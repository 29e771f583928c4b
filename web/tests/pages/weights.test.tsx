import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, createMemoryHistory } from "@tanstack/react-router";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { FitListed, FitShown, SubsetListed } from "../../src/api/humanSubsets";
import { makeRouter } from "../../src/routes";

const AT = "2025-06-03T09:12:00Z";
const fit = (over: Partial<FitListed>): FitListed => ({
  id: "f1",
  state: "done",
  by_itself: true,
  dimension: "overall_recommendation",
  seed: 0,
  requested_at: AT,
  started_at: AT,
  finished_at: AT,
  n_ratings: 776,
  n_ratings_before_subset: 0,
  n_rated_models: 7,
  n_matched_models: 7,
  verdict: "not predictive",
  reason: null,
  ...over,
});
const subset = (latest: FitListed): SubsetListed => ({
  id: "s1",
  label: "Fifty items",
  sha256: "0",
  uploaded_at: AT,
  method: "anchor",
  n_items: 20,
  n_models: 8,
  latest_fit: latest,
});
const tested = (value: number, p: number) => ({ value, null_mean: 0.8, null_low: -0.5, null_high: 0.96, p, n_permutations: 5040, exact: true });
const share = { value: 0.71, low: 0.41, high: 0.9 };
const result: NonNullable<FitShown["result"]> = {
  items: Array.from({ length: 20 }, (_, index) => ({ item: `item ${String(index + 1)}`, benchmark_weight: 0.05, human_weight: index / 100 })),
  benchmark_bias: null,
  human_bias: 0.4,
  alpha: 0.0001,
  n_models: 7,
  rating_scale: [1, 6],
  statistics: { lomo_paper: tested(0.94, 0.11), lomo_strict: tested(0.41, 0.2), pair_accuracy: tested(0.71, 0.09), difference_r: tested(0.53, 0.0004) },
  pairs: { n_pairs: 21, regression: share, regression_p: 0.09, plain: share, plain_p: 0.04, difference: { value: -0.05, low: -0.3, high: 0.2 } },
  reliability: null,
  verdict: { level: "not predictive", text: "With 7 models this cannot be told from noise." },
  models: [{ model: "alpha", rating: 4.9, rating_low: null, rating_high: null, n_ratings: 1, plain_score: 0.7, held_out_prediction: 4.2 }],
  new_models: [{ model: "omega", rating: 4.2, low: -0.1, high: 6.3 }],
  unmatched: ["beta"],
};

interface Sent {
  readonly call: string;
  readonly body: string;
}
let sent: Sent[];
let answers: Record<string, () => Response>;

const json = (body: unknown, status = 200) => () =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const FITS = "/api/researcher/subsets/s1/fits";
const serveFit = (found: FitListed) => {
  answers[`GET ${FITS}`] = json({ items: [found] });
  answers[`GET ${FITS}/${found.id}`] = json({ subset: subset(found), fit: found, result: found.state === "done" ? result : null });
};

beforeEach(() => {
  sent = [];
  const study = { id: "demo", version: "1", title: "Study" };
  answers = {
    "GET /api/researcher/session": json({ study, models: [], scenarios: [], running: 0, places: 8 }),
    "GET /api/researcher/subsets": json({ items: [] }),
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    sent.push({ call, body: await request.text() });
    return answers[call]?.() ?? json({ status: 404, title: "Not Found", detail: "", errors: [] }, 404)();
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(path: string) {
  const router = makeRouter();
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [path] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return router;
}

describe("the list of subsets", () => {
  it("explains what to do while there is none", async () => {
    open("/researcher/weights");
    expect(await screen.findByRole("heading", { name: "No subset yet" })).toBeVisible();
    expect(screen.getByText(/earwitness analysis select SCORES/)).toBeVisible();
    expect(screen.getByRole("link", { name: "Human weights" })).toHaveAttribute("aria-current", "page");
  });

  it("sends the file as it is, with its name, and says what came of it", async () => {
    open("/researcher/weights");
    await screen.findByRole("button", { name: "Choose a file" });
    const queued = fit({ state: "queued", verdict: null, n_ratings: null });
    answers["POST /api/researcher/subsets"] = json({ known: false, subset: subset(queued) });
    answers["GET /api/researcher/subsets"] = json({ items: [subset(queued)] });
    await choose('{"format": "earwitness.subset/1"}');
    expect(await screen.findByText(/“Fifty items” was added/)).toBeVisible();
    expect(sent.find(({ call }) => call.startsWith("POST"))?.body).toBe('{"format": "earwitness.subset/1"}');
    const row = (await screen.findByRole("link", { name: "Fifty items" })).closest("tr");
    expect(row).toHaveTextContent("Waiting");
  });

  it("says why a file was not taken", async () => {
    open("/researcher/weights");
    await screen.findByRole("button", { name: "Choose a file" });
    const errors = [{ field: "file", message: "not a subset; allowed: the JSON file" }];
    answers["POST /api/researcher/subsets"] = json({ status: 422, title: "", detail: "", errors }, 422);
    await choose("{}");
    expect(await screen.findByRole("alert")).toHaveTextContent("The file was not taken: not a subset; allowed: the JSON file.");
  });

  async function choose(content: string) {
    const input = document.querySelector<HTMLInputElement>("input[type=file]");
    if (input === null) throw new Error("There is no file input.");
    const file = new File([content], "fifty.json", { type: "application/json" });
    // jsdom's files cannot be read.
    await userEvent.upload(input, Object.assign(file, { text: () => Promise.resolve(content) }));
  }
});

describe("a subset", () => {
  it("shows the verdict in words, every statistic beside its null, and models with intervals", async () => {
    serveFit(fit({}));
    open("/researcher/weights/s1");
    expect(await screen.findByText("With 7 models this cannot be told from noise.")).toBeVisible();
    const statistics = within(screen.getByRole("region", { name: "Statistics" }));
    const [, first] = statistics.getAllByRole("row");
    expect(first).toHaveTextContent("Held-out difference correlation");
    expect(first).toHaveTextContent("0.530.80 (−0.50 to 0.96)< 0.001");
    expect(screen.getByText("None: this estimator is no weighted sum")).toBeVisible();
    expect(screen.getByText("0.0001")).toBeVisible();
    expect(screen.getByText("beta")).toBeVisible();
    const [, alpha] = within(screen.getByRole("region", { name: "Rated models" })).getAllByRole("row");
    expect(alpha).toHaveTextContent("alpha4.90–14.200.700");
    const [, omega] = within(screen.getByRole("region", { name: "Models that nobody rated" })).getAllByRole("row");
    expect(omega).toHaveTextContent("omega4.20−0.10 to 6.30");
    expect(screen.getByRole("link", { name: /Download the human subset/ })).toHaveAttribute("href", `${FITS}/f1/human-subset.json`);
  });

  it.each([
    [0, "Before the first rating: the subset was uploaded by then"],
    [1, "Perhaps after a look at ratings: 1 was in when the subset was uploaded"],
    [310, "Perhaps after a look at ratings: 310 were in when the subset was uploaded"],
  ])("says whether the items can have been chosen on the ratings: %i before the upload", async (before, words) => {
    serveFit(fit({ n_ratings_before_subset: before }));
    open("/researcher/weights/s1");
    expect(await screen.findByText(words)).toBeVisible();
  });

  it("shows the heaviest items first, all of them on request, and by name", async () => {
    serveFit(fit({}));
    open("/researcher/weights/s1");
    const items = within(await screen.findByRole("region", { name: "Item weights" }));
    const shown = () => items.getAllByRole("rowheader").map((cell) => cell.textContent);
    expect(shown()).toHaveLength(15);
    expect(shown()[0]).toBe("item 20");
    await userEvent.click(screen.getByRole("button", { name: "Show all 20 items" }));
    await userEvent.click(items.getByRole("button", { name: "Item" }));
    expect(shown().slice(0, 3)).toEqual(["item 1", "item 2", "item 3"]);
    expect(items.getByRole("columnheader", { name: "Item" })).toHaveAttribute("aria-sort", "ascending");
    expect(shown()).toHaveLength(20);
  });

  it("says why it was refused and what comes next", async () => {
    serveFit(fit({ state: "refused", verdict: null, reason: "3 rated models have scores; at least 5 are needed." }));
    open("/researcher/weights/s1");
    expect(await screen.findByText("Too few rated models so far")).toBeVisible();
    expect(screen.getByText("3 rated models have scores; at least 5 are needed.")).toBeVisible();
    expect(screen.queryByRole("link", { name: /Download/ })).toBeNull();
  });

  it("shows the last weights when a newer computation gave none, and says so", async () => {
    serveFit(fit({}));
    const broken = fit({ id: "f2", state: "failed", verdict: null, reason: "It broke off." });
    answers[`GET ${FITS}`] = json({ items: [broken, fit({})] });
    open("/researcher/weights/s1");
    expect(await screen.findByText(/The latest computation gave no weights/)).toBeVisible();
    expect(await screen.findByText("With 7 models this cannot be told from noise.")).toBeVisible();
  });

  it("looks again while it is computed, and shows the weights when they are there", async () => {
    serveFit(fit({ state: "running", verdict: null, finished_at: null }));
    open("/researcher/weights/s1");
    expect(await screen.findByText(/The weights are being computed/)).toBeVisible();
    serveFit(fit({}));
    await waitFor(() => { expect(screen.getByText("With 7 models this cannot be told from noise.")).toBeVisible(); }, { timeout: 6000 });
  });

  it("asks for another computation with the seed that was typed", async () => {
    serveFit(fit({}));
    open("/researcher/weights/s1");
    const seed = await screen.findByRole("textbox", { name: "Seed" });
    await userEvent.clear(seed);
    await userEvent.type(seed, "42");
    answers[`POST ${FITS}`] = json(fit({ id: "f2", state: "queued" }));
    await userEvent.click(screen.getByRole("button", { name: "Compute now" }));
    await waitFor(() => {
      const asked = sent.find(({ call }) => call === `POST ${FITS}`);
      expect(JSON.parse(asked?.body ?? "null")).toEqual({ dimension: "overall_recommendation", seed: 42 });
    });
  });

  it("is deleted only after asking, and says when it cannot be", async () => {
    serveFit(fit({}));
    open("/researcher/weights/s1");
    answers["DELETE /api/researcher/subsets/s1"] = json({ status: 409, title: "", detail: "", errors: [] }, 409);
    await userEvent.click(await screen.findByRole("button", { name: "Delete this subset" }));
    expect(sent.some(({ call }) => call.startsWith("DELETE"))).toBe(false);
    const dialog = within(await screen.findByRole("alertdialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Delete this subset" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("It was not deleted");
  });
});
