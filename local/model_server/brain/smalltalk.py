"""Conversation without tools: reflective, with a question back; and the fixed answers about what this program is."""

import re
from collections.abc import Sequence
from zlib import crc32

from local.model_server.brain.words import STOP_WORDS, fold, words_of

WHO_I_AM = (
    "I am a small rule-based demonstration program, not a language model. I can talk a little and do simple tasks."
)

_REFLECT = {
    "i": "you", "i'm": "you are", "i've": "you have", "i'll": "you will", "i'd": "you would", "me": "you", "my": "your",
    "mine": "yours", "am": "are", "myself": "yourself", "you": "I", "your": "my", "you're": "I am", "we": "you", "our": "your",
    "was": "were",
}  # fmt: skip

_IDENTITY = re.compile(
    r"\b(?:who|what) (?:are|r) you\b|are you (?:a |an )?(?:real|human|person|robot|bot|machine|program|ai|gpt|chatgpt|gemini|"
    r"computer|language model)|what(?:'s| is) your name|which model|what model|what kind of (?:ai|assistant|model|program)|who made you"
)

_TOPICS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"\b(?:eat|food|cook\w*|dinner|lunch|breakfast|recipe|meal|menu|dish\w*|dessert|vegetarian|nuts)\b", "food", (
        "For that I would keep the menu simple: a soup first, a baked dish in the middle, and fruit to finish. Does anybody not eat something?",
        "A vegetable lasagne can be made the day before and only goes into the oven in the evening. Would that suit you?",
        "For six people, count about two hundred grams of the main dish each, and one loaf of bread. What do you have at home already?",
        "You could replace it with roasted vegetables, which nearly everybody likes. Do you like that better?")),
    (r"\b(?:sleep\w*|tired|bed|insomnia|awake|nap|wake)\b", "sleep", (
        "Going to bed at the same hour every day helps most people. When do you usually go to bed?",
        "Screens keep many people awake; a book or quiet music in the last half hour is better. What do you do before bed?",
        "Coffee works for six hours or more, so the afternoon is a good time to stop. How much do you drink?",
        "A cool, dark room helps too. How is your bedroom?")),
    (r"\b(?:travel\w*|trip|vacation|holiday|flight|hotel|journey|visit\w*)\b", "travel", (
        "That sounds like a nice trip. How long do you want to stay?",
        "I would plan one thing a day and leave the rest open. What do you like to see most?",
        "Spring and autumn are often cheaper and calmer. When can you go?")),
    (r"\b(?:work\w*|job|office|boss|meeting|career|interview|colleague\w*)\b", "work", (
        "Work takes a lot of the day. What part of it do you like best?",
        "It may help to write down the three things that matter most. What would be the first?",
        "That sounds demanding. How do you relax after it?")),
    (r"\b(?:music|song\w*|sing\w*|guitar|piano|band|concert)\b", "music", (
        "Music is a lovely subject. What have you been listening to?",
        "Do you play something yourself, or do you like listening more?",
        "What do you like about it?")),
    (r"\b(?:film\w*|movie\w*|series|show|book\w*|read\w*|novel)\b", "stories", (
        "What was it about?",
        "Which one did you like best, and why?",
        "Would you recommend it to a friend?")),
    (r"\b(?:sport\w*|run\w*|exercise|gym|bike|cycling|swim\w*|hik\w*|walk\w*|football|soccer|tennis)\b", "sport", (
        "Moving does one good. How often do you do it?",
        "Starting with twenty minutes, three times a week, is enough for most people. Would that fit into your week?",
        "Do you do it alone or with friends?")),
    (r"\b(?:garden\w*|plant\w*|flower\w*|tomato\w*|tree\w*)\b", "garden", (
        "A garden is good for the mood. What grows there?",
        "Most plants want water in the morning and some shade at noon. How much sun do you have?")),
    (r"\b(?:sad|unhappy|worried|worry|anxious|stress\w*|angry|afraid|lonely|upset)\b", "feelings", (
        "I am sorry to hear that. What happened?",
        "That sounds hard. Is there somebody you can talk to about it?",
        "What would make it a little easier today?")),
    (r"\b(?:happy|glad|great|wonderful|excited|fun|love)\b", "joy", (
        "That is good to hear. What do you enjoy most about it?",
        "Lovely. How did it come about?")),
    (r"\b(?:weather|rain\w*|sunny|snow\w*|cold|hot|wind\w*)\b", "weather", (
        "Weather changes one's plans. What do you like to do on such a day?",
        "Do you prefer it warm or cold?")),
    (r"\b(?:family|mother|father|sister|brother|son|daughter|wife|husband|child\w*|kids|parents|friend\w*)\b", "family", (
        "Tell me more about them. What do you like to do together?",
        "How often do you see each other?")),
    (r"\b(?:dog|cat|pet\w*|animal\w*|bird\w*)\b", "animals", (
        "Animals are good company. What is it like?",
        "How long have you had it?")),
    (r"\b(?:learn\w*|study\w*|school|language|course|university|exam)\b", "learning", (
        "A little every day works better than a lot once a week. What are you learning?",
        "What do you find hardest about it?")),
    (r"\b(?:money|budget|save|saving|cost\w*|buy\w*|price)\b", "money", (
        "It helps to write down what goes out in a week. What do you spend most on?",
        "What would you like to save for?")),
)  # fmt: skip

_OPEN = (
    "I see. Can you tell me more about that?",
    "That is interesting. How did it start?",
    "And what do you think about it yourself?",
    "What matters most to you there?",
)


def greeting(abilities: str, topic: str | None) -> str:
    """The first words of a conversation."""
    if abilities:
        return f"Hello! I can {abilities}. What would you like to do?"
    if topic:
        return f"Hello! I hear it is about {topic}. What would you like to know first?"
    return "Hello! It is nice to talk with you. What is on your mind today?"


def fixed_answer(text: str) -> str | None:
    """Answers that are the same with and without tools; None when the words ask for none of them."""
    said = fold(text)
    words = words_of(text)
    if _IDENTITY.search(said):
        return WHO_I_AM
    if re.search(
        r"\b(?:good ?bye|bye|see you|that(?:'s| is| was) all|that will be all|nothing else|i'm done|i am done)\b", said
    ):
        return "All right. Goodbye, and have a nice day."
    if re.search(r"\bthank(?:s| you)\b", said) and len(words) <= 6:
        return "You are welcome. Is there anything else?"
    if re.search(r"\b(?:repeat|say that again|pardon|what did you say)\b", said) and len(words) <= 8:
        return "repeat"
    if (
        words
        and words[0] in ("hello", "hi", "hey")
        and len([w for w in words if w not in STOP_WORDS]) <= 1
        and len(words) <= 5
    ):
        return "Hello! What can I do for you?"
    return None


def converse(text: str, said_before: Sequence[str]) -> str:
    """A short answer on the topic with a question back; never the same sentence twice while there is another."""
    said = fold(text)
    options: list[str] = []
    for pattern, _, answers in _TOPICS:
        if re.search(pattern, said):
            options.extend(answers)
    if not options:
        for earlier in reversed(said_before[-6:]):
            topic = next((a for _, _, a in _TOPICS if earlier in a), None)
            if topic is not None:
                options.extend(topic)
                break
    if reflected := _reflection(text):
        options.append(reflected)
    options.extend(_OPEN)
    fresh = [o for o in options if o not in said_before] or list(_OPEN)
    return fresh[0] if options[0] in fresh else fresh[crc32(said.encode()) % min(2, len(fresh))]


def _reflection(text: str) -> str | None:
    found = re.search(r"\bi (?:am|feel|like|want|need|think|love|have|would like|enjoy|hate|was)\b.*", fold(text))
    if not found:
        return None
    words = [_REFLECT.get(w, w) for w in words_of(found.group())[:14]]
    return f"So {' '.join(words)}. What makes you say that?" if len(words) > 2 else None


def topic_of(prompt: str) -> str | None:
    """What a goal-oriented prompt is about, in a few words."""
    found = re.search(
        r"user (?:is|wants|would like|needs) (?:to )?((?:planning|learn\w*|find\w*|get\w*|help with)?[^.;,]*)", prompt
    )
    if not found or "free conversation" in prompt:
        return None
    words = found.group(1).split(" and ")[0].strip()
    return words if 1 < len(words.split()) <= 8 else None
