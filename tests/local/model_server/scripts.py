"""What a participant says for each demo scenario, in short sentences, and which words are values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """``wants`` is the function that the panel should show for it; the person says it again until it does."""

    text: str
    wants: str
    values: tuple[str, ...] = ()


SCRIPTS: dict[str, tuple[Line, ...]] = {
    "messaging-fix-lunch-plan": (
        Line("please sign me in", "message_login"),
        Line("delete the last message to susan", "delete_message", ("susan",)),
        Line("send a message to susan saying lunch is on thursday", "send_message", ("susan", "lunch is on thursday")),
        Line(
            "send a message to robert saying come to lunch on thursday at the river cafe",
            "send_message",
            ("robert", "come to lunch on thursday at the river cafe"),
        ),
    ),
    "messaging-welcome-teammate": (
        Line("please add emma to my contacts", "add_contact", ("emma",)),
        Line("send emma a message saying welcome to the team", "send_message", ("emma", "welcome to the team")),
        Line(
            "send emma a message saying the team meets on monday in the garden room",
            "send_message",
            ("emma", "the team meets on monday in the garden room"),
        ),
        Line("send a message to daniel saying emma has arrived", "send_message", ("daniel", "emma has arrived")),
    ),
    "social-food-festival": (
        Line("please sign me in", "authenticate_twitter"),
        Line(
            "post that the food festival is on saturday in the park with the tag food festival",
            "post_tweet",
            ("the food festival is on saturday in the park", "tag food festival"),
        ),
        Line("find the post about music", "search_tweets", ("music",)),
        Line("comment on that post saying i will be there", "comment", ("i will be there",)),
        Line("please follow green market", "follow_user", ("green market",)),
    ),
    "social-tidy-account": (
        Line("which accounts do i follow", "list_all_following"),
        Line("stop following daily deals", "unfollow_user", ("daily deals",)),
        Line("find the post about the bakery", "search_tweets", ("bakery",)),
        Line("please repost that post", "retweet"),
        Line("post thank you everybody for reading", "post_tweet", ("thank you everybody for reading",)),
    ),
}

OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "messaging-fix-lunch-plan": (
        "Hi, could you log me in, please?",
        "I'd like you to remove the latest message I sent to Susan.",
        "Tell Susan that lunch is on Thursday.",
        "Invite Robert to lunch on Thursday at the river cafe.",
    ),
    "messaging-welcome-teammate": (
        "Can you add a new contact called Emma?",
        "Message Emma: welcome to the team.",
        "Send her a message that the team meets on Monday in the garden room.",
        "Let Daniel know that Emma has arrived.",
    ),
    "social-food-festival": (
        "I want to log in.",
        "Publish a post saying the food festival is on Saturday in the park, and use the hashtag food festival.",
        "Look for posts about music.",
        "Reply to it and say I will be there.",
        "I would like to follow the account green market.",
    ),
    "social-tidy-account": (
        "Who do I follow?",
        "Unfollow daily deals, please.",
        "Can you repost the post about the bakery?",
        "Write a post saying thank you to everybody for reading.",
    ),
}
