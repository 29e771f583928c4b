// Every page to look at: its address, what the server says, and how to get there.
import { cards, views } from "./fixtures.mjs";

const at = (view) => ({ path: "/p/demo?PROLIFIC_PID=5f3a5f3a5f3a5f3a5f3a5f3a&STUDY_ID=s1&SESSION_ID=x1", study: { view } });

const micDenied = () => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
};

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
];
