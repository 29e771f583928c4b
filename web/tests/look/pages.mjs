// Every page to look at: its address, what the server says, and how to get there.
import { cards, views } from "./fixtures.mjs";

const at = (view) => ({ path: "/p/demo?PROLIFIC_PID=5f3a5f3a5f3a5f3a5f3a5f3a&STUDY_ID=s1&SESSION_ID=x1", study: { view } });

const micDenied = () => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
};

const report = {
  steps: cards.tool_task.steps.map((label, index) => ({
    step_id: `s${index}`,
    label,
    met: index < 2,
    why: index < 2 ? "Seen in a call of the assistant." : "Not seen yet.",
  })),
  violations: [],
  progress: 0.5,
  complete: false,
};
const calls = [
  { call_id: "1", function: "authenticate_twitter", arguments: { username: "mira_k", password: "lantern42" }, status: "succeeded", result: '{"authentication_status": true}' },
  { call_id: "2", function: "post_tweet", arguments: { content: "What an evening", tags: ["#harvestlights"] }, status: "failed", result: '{"error": "No mentions given"}' },
  { call_id: "3", function: "search_tweets", arguments: {}, status: "started", result: null },
];
const snapshot = { type: "snapshot", agent_state: "speaking", user_state: "listening", remaining_s: 431, tool_calls: calls, report };

/** A conversation in a real room, where the room then says `bodies`. */
const talking = (name, bodies, more) => ({
  name: `talk-${name}`,
  needsRoom: true,
  ...at({ ...views.conversation, remaining_s: 431, agent: "present" }),
  prepare: async (tab, state, room) => {
    await tab.getByText("Connected", { exact: true }).waitFor();
    await room.send(...bodies);
    await more?.(tab, state, room);
  },
});

export const pages = [
  { name: "landing", ...at(views.landing) },
  { name: "consent", ...at(views.consent) },
  {
    name: "consent-leaving",
    ...at(views.consent),
    prepare: async (tab) => {
      await tab.getByRole("button", { name: "I do not want to take part" }).click();
      await tab.getByRole("alertdialog").waitFor();
    },
  },
  { name: "microphone", ...at(views.microphone) },
  {
    name: "microphone-open",
    ...at(views.microphone),
    prepare: async (tab) => {
      await tab.getByRole("button", { name: "Check my microphone" }).click();
      await tab.getByText(/we hear you well|Too loud/).waitFor();
      await tab.getByRole("button", { name: "Record a sentence" }).click();
      await tab.getByRole("button", { name: "Stop recording" }).click();
      await tab.getByRole("button", { name: "Play it back" }).waitFor();
    },
  },
  {
    name: "microphone-denied",
    ...at(views.microphone),
    prepare: async (tab) => {
      await tab.evaluate(micDenied);
      await tab.getByRole("button", { name: "Check my microphone" }).click();
      await tab.getByRole("alert").waitFor();
    },
  },
  { name: "scenario-tool", ...at(views.scenario) },
  { name: "scenario-goals", ...at({ ...views.scenario, card: cards.goal_oriented }) },
  { name: "scenario-open", ...at({ ...views.scenario, card: cards.open_chat }) },
  { name: "conversation-joining", ...at(views.conversation) },
  { name: "conversation-lost", ...at({ ...views.conversation, card: cards.goal_oriented, agent: "lost", remaining_s: 412 }) },
  { name: "rating", ...at(views.rating) },
  {
    name: "rating-missing",
    ...at(views.rating),
    prepare: async (tab) => {
      await tab.getByRole("button", { name: "Send my rating" }).click();
      await tab.getByRole("alert").waitFor();
    },
  },
  { name: "finished", ...at(views.finished) },
  { name: "finished-failure", ...at({ ...views.finished, outcome: "technical_failure", completion_url: null }) },
  { name: "arrival-failed", path: "/p/nowhere", study: { view: views.landing, refusals: { "POST /": { status: 404, title: "Not Found", detail: "", errors: [] } } } },
  { name: "not-found", path: "/elsewhere", study: {} },
  talking("speaking", [snapshot], (tab) => tab.getByText("2 of 4 steps done").waitFor()),
  talking("listening", [{ ...snapshot, agent_state: "listening", user_state: "speaking", tool_calls: [] }], (tab) =>
    tab.getByText("It is your turn").waitFor(),
  ),
  talking("thinking", [{ ...snapshot, agent_state: "thinking" }, { type: "notice", kind: "time_nearly_up" }, { type: "notice", kind: "long_turn" }], (tab) =>
    tab.getByText("The time is nearly up").waitFor(),
  ),
  talking("agent-lost", [snapshot, { type: "notice", kind: "agent_lost" }], (tab) => tab.getByText("Interrupted", { exact: true }).waitFor()),
  talking(
    "complete",
    [snapshot, { type: "verification_updated", report: { ...report, steps: report.steps.map((step) => ({ ...step, met: true })), progress: 1, complete: true } }],
    (tab) => tab.getByText("All steps are done").waitFor(),
  ),
  talking("muted", [snapshot], async (tab) => {
    await tab.getByRole("button", { name: "Mute microphone" }).click();
    await tab.getByRole("button", { name: "Unmute microphone" }).waitFor();
  }),
  talking("ending", [snapshot], async (tab) => {
    await tab.getByRole("button", { name: "End conversation early" }).click();
    await tab.getByRole("alertdialog").waitFor();
  }),
  talking("api-away", [snapshot], async (tab, state) => {
    state.isAway = true;
    await tab.getByText("Your conversation goes on").waitFor({ timeout: 20_000 });
  }),
  talking("over", [snapshot, { type: "conversation_ended", reason: "time_up" }], (tab) => tab.getByText("The conversation is over").waitFor()),
  { name: "researcher-sign-in", path: "/researcher", study: { signedIn: false } },
  {
    name: "researcher-wrong-password",
    path: "/researcher",
    study: { signedIn: false, password: "another" },
    prepare: async (tab) => {
      await tab.getByLabel("Password").fill("guess");
      await tab.keyboard.press("Enter");
      await tab.getByText("This is not the password").waitFor();
    },
  },
  { name: "researcher-list", path: "/researcher", study: {}, prepare: (tab) => tab.getByRole("table").waitFor() },
  { name: "researcher-empty", path: "/researcher", study: { isEmpty: true }, prepare: (tab) => tab.getByText("No conversations yet").waitFor() },
  {
    name: "researcher-filters",
    path: "/researcher?stage=rated",
    study: {},
    prepare: async (tab) => {
      await tab.getByRole("button", { name: /Kind of scenario/ }).click();
      await tab.getByRole("option", { name: "Tool task" }).waitFor();
    },
  },
  {
    name: "researcher-one",
    path: "/researcher/c1",
    study: {},
    prepare: async (tab) => {
      await tab.getByRole("heading", { name: "Recording" }).waitFor();
      await tab.getByText("Loading the recording").waitFor({ state: "hidden" });
      await tab.getByRole("button", { name: /Play from/ }).first().waitFor();
    },
  },
  { name: "weights-empty", path: "/researcher/weights", study: {}, prepare: (tab) => tab.getByText("No subset yet").waitFor() },
  { name: "weights-list", path: "/researcher/weights", study: { weights: "done" }, prepare: (tab) => tab.getByRole("table").waitFor() },
  {
    name: "weights-not-taken",
    path: "/researcher/weights",
    study: {},
    prepare: async (tab) => {
      await tab.locator("input[type=file]").setInputFiles({ name: "subset.json", mimeType: "application/json", buffer: Buffer.from("{}") });
      await tab.getByText("The file was not taken").waitFor();
    },
  },
  {
    name: "weights-done",
    path: "/researcher/weights/s1",
    study: { weights: "done" },
    prepare: (tab) => tab.getByRole("heading", { name: "Item weights" }).waitFor(),
  },
  {
    name: "weights-strong",
    path: "/researcher/weights/s1?fit=f-strong",
    study: { weights: "done" },
    prepare: async (tab) => {
      await tab.getByRole("button", { name: "Show all 50 items" }).click();
      await tab.getByRole("button", { name: "Item", exact: true }).click();
    },
  },
  { name: "weights-running", path: "/researcher/weights/s1", study: { weights: "running" }, prepare: (tab) => tab.getByText("are being computed").waitFor() },
  { name: "weights-refused", path: "/researcher/weights/s1", study: { weights: "refused" }, prepare: (tab) => tab.getByText("at least 5 are needed").waitFor() },
  { name: "weights-failed", path: "/researcher/weights/s1", study: { weights: "failed" }, prepare: (tab) => tab.getByText("nothing to predict").waitFor() },
  {
    name: "weights-removing",
    path: "/researcher/weights/s1",
    study: { weights: "done" },
    prepare: async (tab) => {
      await tab.getByRole("button", { name: "Delete this subset" }).click();
      await tab.getByRole("alertdialog").waitFor();
    },
  },
  { name: "weights-gone", path: "/researcher/weights/s9", study: { weights: "done" }, prepare: (tab) => tab.getByRole("alert").waitFor() },
  { name: "researcher-gone", path: "/researcher/c9", study: {}, prepare: (tab) => tab.getByRole("alert").waitFor() },
];
