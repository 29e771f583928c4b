"""What the conversation without tools has to say, by topic: short answers, each with a question back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """``words`` say that it is meant; those ending in ``*`` stand for all that begin so."""

    name: str
    words: str
    answers: tuple[str, ...]


TOPICS = (
    Topic(
        "food",
        "eat food cook* dinner lunch breakfast recipe meal menu dish* dessert vegetarian nuts",
        (
            "For that I would keep the menu simple: a soup first, a baked dish in the middle, and "
            "fruit to finish. Does anybody not eat something?",
            "A vegetable lasagne can be made the day before and only goes into the oven in the evening. "
            "Would that suit you?",
            "For six people, count about two hundred grams of the main dish each, and one loaf of bread. "
            "What do you have at home already?",
            "You could replace it with roasted vegetables, which nearly everybody likes. Do you like that better?",
        ),
    ),
    Topic(
        "sleep",
        "sleep* tired bed insomnia awake nap wake",
        (
            "Going to bed at the same hour every day helps most people. When do you usually go to bed?",
            "Screens keep many people awake; a book or quiet music in the last half hour is better. "
            "What do you do before bed?",
            "Coffee works for six hours or more, so the afternoon is a good time to stop. How much do you drink?",
            "A cool, dark room helps too. How is your bedroom?",
        ),
    ),
    Topic(
        "travel",
        "travel* trip vacation holiday flight hotel journey visit*",
        (
            "That sounds like a nice trip. How long do you want to stay?",
            "I would plan one thing a day and leave the rest open. What do you like to see most?",
            "Spring and autumn are often cheaper and calmer. When can you go?",
        ),
    ),
    Topic(
        "work",
        "work* job office boss meeting career interview colleague*",
        (
            "Work takes a lot of the day. What part of it do you like best?",
            "It may help to write down the three things that matter most. What would be the first?",
            "That sounds demanding. How do you relax after it?",
        ),
    ),
    Topic(
        "music",
        "music song* sing* guitar piano band concert",
        (
            "Music is a lovely subject. What have you been listening to?",
            "Do you play something yourself, or do you like listening more?",
            "What do you like about it?",
        ),
    ),
    Topic(
        "stories",
        "film* movie* series show book* read* novel",
        (
            "What was it about?",
            "Which one did you like best, and why?",
            "Would you recommend it to a friend?",
        ),
    ),
    Topic(
        "sport",
        "sport* run* exercise gym bike cycling swim* hik* walk* football soccer tennis",
        (
            "Moving does one good. How often do you do it?",
            "Starting with twenty minutes, three times a week, is enough for most people. "
            "Would that fit into your week?",
            "Do you do it alone or with friends?",
        ),
    ),
    Topic(
        "garden",
        "garden* plant* flower* tomato* tree*",
        (
            "A garden is good for the mood. What grows there?",
            "Most plants want water in the morning and some shade at noon. How much sun do you have?",
        ),
    ),
    Topic(
        "feelings",
        "sad unhappy worried worry anxious stress* angry afraid lonely upset",
        (
            "I am sorry to hear that. What happened?",
            "That sounds hard. Is there somebody you can talk to about it?",
            "What would make it a little easier today?",
        ),
    ),
    Topic(
        "joy",
        "happy glad great wonderful excited fun love",
        (
            "That is good to hear. What do you enjoy most about it?",
            "Lovely. How did it come about?",
        ),
    ),
    Topic(
        "weather",
        "weather rain* sunny snow* cold hot wind*",
        (
            "Weather changes one's plans. What do you like to do on such a day?",
            "Do you prefer it warm or cold?",
        ),
    ),
    Topic(
        "family",
        "family mother father sister brother son daughter wife husband child* kids parents friend*",
        (
            "Tell me more about them. What do you like to do together?",
            "How often do you see each other?",
        ),
    ),
    Topic(
        "animals",
        "dog cat pet* animal* bird*",
        (
            "Animals are good company. What is it like?",
            "How long have you had it?",
        ),
    ),
    Topic(
        "learning",
        "learn* study* school language course university exam",
        (
            "A little every day works better than a lot once a week. What are you learning?",
            "What do you find hardest about it?",
        ),
    ),
    Topic(
        "money",
        "money budget save saving cost* buy* price",
        (
            "It helps to write down what goes out in a week. What do you spend most on?",
            "What would you like to save for?",
        ),
    ),
)
