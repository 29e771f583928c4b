// What a study server would answer to the dashboard.
import { weightsAnswer } from "./weightsFixtures.mjs";

const T0 = Date.parse("2025-06-03T09:12:00Z");
const at = (seconds) => new Date(T0 + seconds * 1000).toISOString();

const session = {
  study: { id: "demo", version: "3", title: "How voice assistants help" },
  models: [
    { id: "demo-pipeline", label: "Demo (pipeline)", demo: true },
    { id: "gpt-realtime", label: "GPT Realtime", demo: false },
  ],
  scenarios: [
    { id: "festival", title: "A festival worth talking about", category: "tool_task" },
    { id: "mornings", title: "A week of easier mornings", category: "goal_oriented" },
  ],
  running: 2,
  places: 8,
};

const listed = (index, over) => ({
  id: `c${index}`,
  participant_id: `p-7c21${index}`,
  participant_stage: "finished",
  study_id: "demo",
  model_id: index % 2 === 0 ? "demo-pipeline" : "gpt-realtime",
  scenario_id: "festival",
  scenario_title: "A festival worth talking about",
  category: "tool_task",
  stage: "rated",
  created_at: at(-index * 1900),
  ready_at: at(-index * 1900 + 4),
  ended_at: at(-index * 1900 + 604),
  end_reason: "time_up",
  talked_s: 600,
  task_complete: true,
  task_progress: 1,
  overall_recommendation: 1 + (index % 6),
  ...over,
});

const items = [
  listed(0, { stage: "talking", ended_at: null, end_reason: null, talked_s: 122, task_complete: false, task_progress: 0.25, overall_recommendation: null }),
  listed(1, {}),
  listed(2, { scenario_title: "A week of easier mornings", category: "goal_oriented", task_complete: null, task_progress: null }),
  listed(3, { stage: "ended", end_reason: "technical_failure", talked_s: 41, task_complete: false, task_progress: 0.5, overall_recommendation: null }),
  listed(4, { scenario_title: "Whatever is on your mind", category: "open_chat", task_complete: null, task_progress: null, end_reason: "participant_ended", talked_s: 377 }),
];

const report = {
  steps: [
    { step_id: "login", label: "Sign in as mira_k", met: true, why: "Signed in." },
    { step_id: "post", label: "Post with #harvestlights", met: true, why: "The post carries the tag." },
    { step_id: "repost", label: "Repost tilda's post", met: true, why: "Reposted." },
    { step_id: "comment", label: "Comment under jonas's newest post", met: false, why: "No comment was left yet." },
  ],
  violations: [{ rule_id: "tags", why: "The first post carried another tag as well.", call_id: "call-2" }],
  progress: 0.75,
  complete: false,
};

const bodies = [
  [0, { type: "agent_dispatched", attempt: 1 }, "api"],
  [1.0, { type: "agent_joined", versions: { "livekit-agents": "1.8.9" }, resumed: false }],
  [2.0, { type: "assistant_became_ready" }],
  [2.1, { type: "agent_state", state: "speaking" }],
  [2.2, { type: "assistant_turn", turn: 0, text: "Hello! What would you like to do?", interrupted: false, spoken_by: "model" }],
  [5.0, { type: "agent_state", state: "listening" }],
  [5.5, { type: "voice_activity", change: "speech_started", speech_s: null, silence_s: null }],
  [9.0, { type: "user_turn", turn: 1, started_at: at(5.5), stopped_at: at(8.1), audio_s: 2.8, audio_sha256: "ab".repeat(32), transcript: "Please post that the lights were wonderful." }],
  [10.1, { type: "tool_called", turn: 1, call: { call_id: "call-1", function: "post", arguments: { text: "The lights were wonderful.", tags: ["harvestlights"] } } }],
  [10.2, { type: "tool_returned", turn: 1, result: { call_id: "call-1", output: "{\"id\": 7}", is_error: false }, duration_ms: 12 }],
  [10.3, { type: "verified", report }],
  [10.8, { type: "agent_state", state: "speaking" }],
  [10.9, { type: "turn_delay", turn: 1, total_ms: 2690, parts: { vad_hangover_ms: 2000, end_of_turn_ms: 12, stt_ms: 140, model_first_token_ms: 280, tools_ms: 90, tts_first_byte_ms: 130, first_frame_ms: 38 } }],
  [13.5, { type: "agent_state", state: "listening" }],
  [15.0, { type: "provider_error", component: "tts", error: "timeout", status_code: null, retryable: true }],
  [15.1, { type: "notice_sent", kind: "provider_timed_out" }],
  [19.0, { type: "ended", reason: "participant_ended" }, "api"],
  [20.0, { type: "recording_stored", part: 1, sha256: "cd".repeat(32), duration_s: 18, started_at: at(1.2) }],
];

const shown = {
  summary: items[1],
  outcome: "completed",
  model: { id: "demo-pipeline", label: "Demo (pipeline)", kind: "pipeline", demo: true },
  scenario: { category: "tool_task", id: "festival", title: "A festival worth talking about" },
  turn_taking: { preset: "true-end-2025" },
  study_version: "3",
  versions: {},
  seed: 17,
  agents: ["agent-1"],
  events: bodies.map(([seconds, body, source = "agent-1"], index) => ({
    position: index + 1,
    source,
    sequence: index + 1,
    at: at(seconds),
    received_at: at(seconds + 0.1),
    body,
  })),
  turns: [],
  recordings: [{ part: 1, sha256: "cd".repeat(32), bytes: 576_044, url: "/api/researcher/conversations/c1/recordings/1" }],
  rating: {
    scores: { overall_recommendation: 4, understanding: 5, naturalness: 3, response_quality: 4, task_effectiveness: 4 },
    feedback: "It understood me at once, but the pause before each answer was long.\nOnce it stopped in the middle of a sentence.",
    submitted_at: at(700),
  },
  verdict: { live: report, replayed: report, agrees: true },
  delays: [1, 2, 3].map((turn) => ({
    turn,
    total_ms: 2600 + turn * 90,
    parts: { vad_hangover_ms: 2000, end_of_turn_ms: 12, stt_ms: 140, model_first_token_ms: 190 + turn * 90, tools_ms: turn === 2 ? 90 : 0, tts_first_byte_ms: 130, first_frame_ms: 38 },
  })),
  pay: { base_usd: 0.25, minutes: 10, time_usd: 2.5, task_completed_usd: 0, feedback_usd: 0.25, total_usd: 3 },
};

export function researcherAnswer(study, request, url, response) {
  const path = url.pathname.replace("/api/researcher", "");
  const say = (status, body) => {
    response.writeHead(status, { "Content-Type": status < 300 ? "application/json" : "application/problem+json" }).end(JSON.stringify(body));
  };
  const refuse = (status) => say(status, { type: "about:blank", title: "", status, detail: "", errors: [], stage: null, retry_after_s: null, through: null });
  if (path === "/login") return study.password === undefined ? say(200, session) : refuse(401);
  if (!study.signedIn) return refuse(401);
  if (path === "/session") return say(200, session);
  if (path === "/conversations") {
    const found = study.isEmpty ? [] : items;
    return say(200, { items: found, total: found.length, offset: 0, limit: 25 });
  }
  if (path.startsWith("/subsets")) {
    if (request.method === "POST") {
      const message = "a score is outside 0 to 1; allowed: the JSON file that 'earwitness analysis select' writes";
      return say(422, { type: "about:blank", title: "", status: 422, detail: "", errors: [{ field: "file", message }], stage: null, retry_after_s: null, through: null });
    }
    const body = weightsAnswer(study, path);
    return body === undefined ? refuse(404) : say(200, body);
  }
  if (path.endsWith("/recordings/1")) return recording(request, response);
  return path === "/conversations/c1" ? say(200, shown) : refuse(404);
}

/** Two voices that take turns, as a WAV file, byte range by byte range. */
function recording(request, response) {
  const rate = 8000;
  const seconds = 18;
  const samples = Buffer.alloc(44 + rate * seconds * 4);
  samples.write("RIFF", 0);
  samples.writeUInt32LE(samples.length - 8, 4);
  samples.write("WAVEfmt ", 8);
  samples.writeUInt32LE(16, 16);
  samples.writeUInt16LE(1, 20);
  samples.writeUInt16LE(2, 22);
  samples.writeUInt32LE(rate, 24);
  samples.writeUInt32LE(rate * 4, 28);
  samples.writeUInt16LE(4, 32);
  samples.writeUInt16LE(16, 34);
  samples.write("data", 36);
  samples.writeUInt32LE(samples.length - 44, 40);
  for (let index = 0; index < rate * seconds; index += 1) {
    const time = index / rate;
    const loud = 9000 * Math.sin(2 * Math.PI * 180 * time) * Math.abs(Math.sin(time * 7)) * Math.abs(Math.sin(time * 1.3));
    const isUser = time > 4.3 && time < 6.9;
    const isAssistant = (time > 0.9 && time < 3.8) || (time > 9.6 && time < 12.3);
    samples.writeInt16LE(Math.round(isUser ? loud : 0), 44 + index * 4);
    samples.writeInt16LE(Math.round(isAssistant ? loud : 0), 46 + index * 4);
  }
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
  const from = range === null ? 0 : Number(range[1]);
  const to = range === null || range[2] === "" ? samples.length - 1 : Number(range[2]);
  const headers = { "Content-Type": "audio/wav", "Accept-Ranges": "bytes", "Content-Length": to - from + 1 };
  if (range === null) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, "Content-Range": `bytes ${from}-${to}/${samples.length}` });
  response.end(samples.subarray(from, to + 1));
}
