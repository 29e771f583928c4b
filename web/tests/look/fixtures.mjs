// What a study server would answer, one fixture for each stage.
const study = { title: "How voice assistants help", contact: "voice-study@university.example" };

const toolTask = {
  category: "tool_task",
  title: "A festival worth talking about",
  goal: "Share that you were at the Harvest Lights festival and get in touch with others who were there.",
  identity: { name: "Mira", credentials: { "User name": "mira_k", Password: "lantern42" } },
  situation: "You came home from the festival an hour ago. A few people you follow were there too and have begun to post.",
  key_details: ["Your post carries the tag #harvestlights and nothing else as a tag.", "You follow jonas and tilda."],
  steps: [
    "Sign in with your user name and password.",
    "Post a sentence about the festival with the tag #harvestlights.",
    "Find out what tilda posted and repost it.",
    "Leave a friendly comment under jonas's newest post.",
  ],
  note: "Some people and posts are already there. It is up to you to find them.",
};

const openChat = {
  category: "open_chat",
  title: "Whatever is on your mind",
  description: "Talk freely with the assistant about anything you like: your week, a book, a plan, a question you always had.",
};

const goalOriented = {
  category: "goal_oriented",
  title: "A week of easier mornings",
  description: "Your mornings are a rush and you would like them calmer. Think a plan through with the assistant that fits your week.",
  goals: [
    "Say what makes your mornings hard.",
    "Find two things that can move to the evening before.",
    "Agree on a realistic time to get up.",
    "Plan what to do when a day goes wrong.",
  ],
};

const labels = ["Very poor", "Poor", "Rather poor", "Rather good", "Good", "Excellent"];
const words = [
  "It answered things I had not said, again and again.",
  "I had to repeat or reword most of what I said.",
  "It missed or mistook something important more than once.",
  "It followed me, apart from a few words or hints that I had to clear up.",
  "It understood me at once nearly every time, unfinished sentences included.",
  "It caught every word, what I was after, and the tone I said it in.",
];
const dimension = (id, title, question) => ({
  id,
  title,
  question,
  anchors: labels.map((label, index) => ({ score: index + 1, label, description: words[index] })),
});

export const cards = { open_chat: openChat, goal_oriented: goalOriented, tool_task: toolTask };

export const views = {
  landing: {
    stage: "landing",
    study,
    minutes: 15,
    pay: { base_usd: 0.25, per_minute_usd: 0.25, task_completed_usd: 1, feedback_usd: 0.25, most_usd: 4 },
    steps: [
      "Read how your data is used and decide whether you take part.",
      "Check your microphone.",
      "Read what your conversation is about.",
      "Talk with the assistant for up to ten minutes.",
      "Rate it and say why.",
    ],
  },
  consent: {
    stage: "consent",
    study,
    consent: {
      version: "2025-1",
      title: "Taking part in “How voice assistants help”",
      paragraphs: [
        "You are invited to a study of voice assistants. You will talk with one of several assistants and rate it.",
        "Your voice and the assistant's are recorded and kept encrypted. Researchers of this study listen to the recordings; nobody else does. A voice can identify a person, so please do not say names, addresses or numbers that are really yours.",
        "Everything the assistant seems to do happens in a simulation. Nothing is bought, sent or changed.",
        "You take part of your own free will. You may stop at any time, and you are paid for the time you talked. Write to the address below to have your data deleted.",
      ],
    },
  },
  microphone: { stage: "microphone", study },
  scenario: { stage: "scenario", study, card: toolTask, conversation_s: 600 },
  conversation: {
    stage: "conversation",
    study,
    card: toolTask,
    conversation_s: 600,
    remaining_s: null,
    agent: "connecting",
  },
  rating: {
    stage: "rating",
    study,
    card: { title: toolTask.title },
    ended_reason: "time_up",
    talked_s: 600,
    dimensions: [
      dimension("overall_recommendation", "Overall recommendation", "If somebody asked you about this assistant, what would you tell them?"),
      dimension("understanding", "Understanding", "How well did it catch what you said, what you meant, and how you said it?"),
      dimension("naturalness", "Naturalness", "How much did it feel like a conversation: the voice, the timing, the length of its answers?"),
      dimension("response_quality", "Response quality", "How correct, fitting, safe and useful was what it said?"),
      dimension("task_effectiveness", "Task effectiveness", "How well and how quickly did it get you where you wanted to go?"),
    ],
    draft: { scores: { understanding: 4 }, feedback: "" },
  },
  finished: {
    stage: "finished",
    study,
    outcome: "completed",
    completion_code: "C7QK-41XN",
    completion_url: "https://app.prolific.com/submissions/complete?cc=C7QK-41XN",
    pay: { base_usd: 0.25, minutes: 9.6, time_usd: 2.4, task_completed_usd: 1, feedback_usd: 0.25, total_usd: 3.9 },
  },
};
