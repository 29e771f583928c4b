import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { MicrophoneContext } from "../../src/microphone/useMicrophone";
import type { ViewAt } from "../../src/api/participation";
import { RatingStage } from "../../src/participant/RatingStage";

const DIMENSIONS = ["overall_recommendation", "understanding", "naturalness", "response_quality", "task_effectiveness"] as const;
const view: ViewAt<"rating"> = {
  stage: "rating",
  study: { title: "Study", contact: "a@b.example" },
  card: { title: "A festival" },
  ended_reason: "time_up",
  talked_s: 600,
  dimensions: DIMENSIONS.map((id) => ({
    id,
    title: id.replaceAll("_", " "),
    question: `How was ${id}?`,
    anchors: [1, 2, 3, 4, 5, 6].map((score) => ({ score, label: `label ${String(score)}`, description: `means ${String(score)}` })),
  })),
  draft: { scores: { understanding: 4 }, feedback: "" },
};

interface Sent {
  readonly call: string;
  readonly body: unknown;
}
let sent: Sent[];
let answers: Record<string, () => Response>;

beforeEach(() => {
  sent = [];
  answers = {};
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    sent.push({ call, body: text === "" ? null : JSON.parse(text) });
    return answers[call]?.() ?? new Response(null, { status: 204 });
  });
});

function show() {
  const keeper = { state: { kind: "closed" }, open: vi.fn(), close: vi.fn() } as const;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MicrophoneContext value={keeper}>
        <RatingStage view={view} />
      </MicrophoneContext>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

const group = (name: string) => screen.getByRole("radiogroup", { name });
function value(name: string, score: number): HTMLElement {
  // By selector: computing the names of thirty radios takes jsdom a second.
  const part = `[data-part="${name.replaceAll(" ", "_")}"]`;
  const input = document.querySelector<HTMLElement>(`${part} input[value="${String(score)}"]`);
  if (input === null) throw new Error(`${name} has no value ${String(score)}`);
  return input;
}
const send = () => screen.getByRole("button", { name: "Send my rating" });

describe("the rating page", () => {
  it("has a radio group for each dimension whose values are named and described", () => {
    show();
    expect(screen.getAllByRole("radiogroup")).toHaveLength(5);
    const four = value("naturalness", 4);
    expect(four).toHaveAccessibleName("4 label 4");
    expect(four).toHaveAccessibleDescription(/means 4/);
    expect(value("understanding", 4)).toBeChecked();
  });

  it("marks what is missing and moves the focus to the first of it", async () => {
    const user = show();
    await user.click(send());
    expect(screen.getByRole("alert")).toHaveTextContent("5 things are still missing");
    expect(group("overall recommendation")).toContainElement(document.activeElement as HTMLElement);
    expect(group("understanding")).not.toHaveAttribute("aria-invalid");
    expect(sent.filter(({ call }) => call.startsWith("POST"))).toEqual([]);
  });

  it("sends the same score for everything without a word", async () => {
    answers["POST /api/participation/rating"] = () => Response.json({ stage: "finished" });
    const user = show();
    for (const dimension of DIMENSIONS) {
      await user.click(value(dimension.replaceAll("_", " "), 5));
    }
    await user.click(screen.getByRole("textbox"));
    await user.paste("  It was fine.  ");
    await user.click(send());
    await vi.waitFor(() => {
      expect(sent.at(-1)).toEqual({
        call: "POST /api/participation/rating",
        body: { scores: Object.fromEntries(DIMENSIONS.map((id) => [id, 5])), feedback: "It was fine." },
      });
    });
  });

  it("keeps what was entered over a reload, before the server has it", async () => {
    const user = show();
    await user.click(value("naturalness", 2));
    await user.click(screen.getByRole("textbox"));
    await user.paste("Too slow");
    cleanup();
    show();
    expect(value("naturalness", 2)).toBeChecked();
    expect(screen.getByRole("textbox")).toHaveValue("Too slow");
  });

  it("shows what the server refused beside its field", async () => {
    answers["POST /api/participation/rating"] = () =>
      Response.json({ status: 422, title: "", detail: "", errors: [{ field: "feedback", message: "is too short" }] }, { status: 422 });
    sessionStorage.setItem(
      "earwitness.rating-draft",
      JSON.stringify({ scores: Object.fromEntries(DIMENSIONS.map((id) => [id, 3])), feedback: "x" }),
    );
    const user = show();
    await user.click(send());
    expect(await screen.findByText("is too short")).toBeInTheDocument();
    expect(screen.getByRole("textbox")).toHaveFocus();
  });

  it("keeps the draft on the server", async () => {
    const user = show();
    await user.click(value("naturalness", 6));
    await vi.waitFor(() => {
      expect(sent).toContainEqual({
        call: "PUT /api/participation/rating-draft",
        body: { scores: { understanding: 4, naturalness: 6 }, feedback: "" },
      });
    }, 2_000);
  });
});
