"""What the brain says and does, as scripted conversations over plain function schemas."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from agent.web.tools import DEFINITIONS
from local.model_server.brain import web
from local.model_server.brain.dialogue import respond
from local.model_server.brain.words import numbers_in, sound_key, written_from_spoken
from local.model_server.conversation import Called, Conversation, Function, Item, Returned, Said

Results = Callable[[str, dict[str, Any]], Any]


def function(name: str, description: str, required: str = "", **properties: dict[str, Any]) -> Function:
    return Function(name, description, {"type": "object", "properties": properties, "required": required.split()})


TEXT = {"type": "string", "description": "text"}
WHOLE = {"type": "integer", "description": "number"}
POSTS = (
    function("authenticate_twitter", "Authenticate a user.", "username password", username=TEXT, password=TEXT),
    function("post_tweet", "Post a tweet for the authenticated user.", "content", content=TEXT),
    function("retweet", "Retweet a tweet for the authenticated user.", "tweet_id", tweet_id=WHOLE),
    function("get_user_tweets", "Retrieve all tweets from a specific user.", "username", username=TEXT),
    function("search_tweets", "Search for tweets containing a keyword.", "keyword", keyword=TEXT),
)
MESSAGES = (
    function("get_user_id", "Get user ID from user name.", "user", user=TEXT),
    function("list_users", "List all users in the workspace."),
    function("message_login", "Log in a user with the given user ID.", "user_id", user_id=TEXT),
    function("send_message", "Send a message to a user.", "receiver_id message", receiver_id=TEXT, message=TEXT),
)

WEB = tuple(Function(d.name, d.description, d.parameters) for d in DEFINITIONS)


class Talk:
    """A conversation with made-up results."""

    def __init__(
        self,
        functions: tuple[Function, ...],
        prompt: str = "You are a voice assistant.",
        results: Results | None = None,
    ) -> None:
        self.items: list[Item] = [Said("system", prompt)]
        self.functions, self.results = functions, results or (lambda _name, _arguments: {"ok": True})
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def say(self, text: str) -> str:
        self.items.append(Said("user", text))
        for _ in range(10):
            reply = respond(Conversation(tuple(self.items), self.functions))
            if not reply.calls:
                self.items.append(Said("assistant", reply.text))
                return reply.text
            for call in reply.calls:
                self.calls.append((call.function, dict(call.arguments)))
                call_id = str(len(self.calls))
                self.items.append(Called(call_id, call.function, call.arguments))
                output = self.results(call.function, dict(call.arguments))
                self.items.append(Returned(call_id, call.function, output))
        raise AssertionError(self.calls)


def directory(name: str, arguments: dict[str, Any]) -> Any:
    known = {"Bob": "USR002", "Catherine": "USR003"}
    if name == "get_user_id":
        user = known.get(arguments["user"])
        return {"user_id": user} if user else {"error": f"User '{arguments['user']}' not found in the workspace."}
    return {"user_list": list(known)} if name == "list_users" else {"sent_status": True}


def test_a_missing_argument_is_asked_for_and_the_answer_remembered() -> None:
    talk = Talk(MESSAGES[:2] + MESSAGES[3:], results=directory)
    assert talk.say("I want to send a message.") == "Who is it for?"
    assert talk.say("To Bob.") == "What should the message say?"
    assert talk.say("The train is late") == "I sent your message to Bob."
    assert talk.calls[-1] == ("send_message", {"receiver_id": "USR002", "message": "The train is late"})


def test_a_name_heard_wrongly_is_found_in_the_list() -> None:
    talk = Talk(MESSAGES[:2] + MESSAGES[3:], results=directory)
    talk.say("Send a message to Kathryn saying dinner is ready")
    assert talk.calls[-1] == ("send_message", {"receiver_id": "USR003", "message": "Dinner is ready"})


def test_it_logs_in_before_it_acts() -> None:
    talk = Talk(MESSAGES, "The user is Bob, user id USR002.", results=directory)
    talk.say("Tell Catherine that dinner is ready")
    assert [name for name, _ in talk.calls] == ["message_login", "get_user_id", "send_message"]


def test_a_refusal_for_want_of_a_login_leads_to_the_question_for_it() -> None:
    def results(name: str, arguments: dict[str, Any]) -> Any:
        if name == "authenticate_twitter":
            return {"authentication_status": arguments == {"username": "tech_guru", "password": "secret7"}}
        done = any(c[0] == "authenticate_twitter" for c in talk.calls)
        return (
            {"id": 1, "content": "x"}
            if done
            else {"error": "User not authenticated. Please authenticate before posting."}
        )

    talk = Talk(POSTS, results=results)
    assert "name" in talk.say("Post good morning everybody")
    assert "password" in talk.say("tech underscore guru")
    assert "post is up" in talk.say("secret seven")
    assert talk.calls[-1] == ("post_tweet", {"content": "Good morning everybody"})


def test_it_and_ordinals_point_into_what_was_shown() -> None:
    tweets = [
        {"id": 7, "username": "ann", "content": "The sun is out."},
        {"id": 9, "username": "ann", "content": "Rain again."},
    ]
    talk = Talk(
        POSTS[2:], results=lambda name, _: tweets if name != "retweet" else {"retweet_status": "Successfully retweeted"}
    )
    answer = talk.say("Show me the posts by Ann")
    assert "Rain again" in answer
    talk.say("Retweet the second one")
    assert talk.calls[-1] == ("retweet", {"tweet_id": 9})
    talk.say("Retweet the one about the sun")
    assert talk.calls[-1] == ("retweet", {"tweet_id": 7})


def test_a_function_nobody_foresaw_is_matched_by_its_own_words() -> None:
    telescope = function("align_telescope", "Align the telescope with a planet.", "planet", planet=TEXT)
    tea = function("brew_tea", "Brew a pot of tea.")
    talk = Talk((telescope, tea))
    talk.say("Could you brew some tea?")
    assert talk.calls == [("brew_tea", {})]
    assert "planet" in talk.say("Align the telescope")
    talk.say("Saturn")
    assert talk.calls[-1] == ("align_telescope", {"planet": "Saturn"})


def test_choices_numbers_and_flags_are_taken_from_the_words() -> None:
    book = function(
        "book_room", "Book a room in the hotel.", "nights kind",
        nights=WHOLE, kind={"type": "string", "enum": ["single", "double"]}, breakfast={"type": "boolean"},
    )  # fmt: skip
    talk = Talk((book,))
    talk.say("Book a double room for three nights with breakfast")
    assert talk.calls == [("book_room", {"nights": 3, "kind": "double", "breakfast": True})]


def test_dropping_a_task_is_understood() -> None:
    talk = Talk(MESSAGES, results=directory)
    talk.say("Send a message to Bob")
    assert "leave that" in talk.say("Never mind")
    assert "sent" not in talk.say("Thank you")


@pytest.mark.parametrize("text", ["purple window garden", "the the the", "blue"])
def test_what_is_not_understood_is_said_with_what_can_be_done(text: str) -> None:
    talk = Talk(MESSAGES, results=directory)
    answer = talk.say(text)
    assert "did not understand" in answer
    assert "send a message" in answer
    assert not talk.calls


def test_a_harness_that_asks_for_a_greeting_gets_one_and_is_not_taken_for_a_person() -> None:
    talk = Talk(MESSAGES, "The user is Bob, user id USR002.", results=directory)
    cue = "(The participant has just joined. Greet them briefly and ask how you can help.)"
    assert talk.say(cue).startswith("Hello! I can")
    talk.say("Who is in my workspace?")
    assert talk.say(cue).startswith("Hello! I can")
    assert [name for name, _ in talk.calls] == ["list_users"]


def test_conversation_without_tools_asks_back_and_does_not_repeat_itself() -> None:
    talk = Talk(())
    answers = [talk.say(t) for t in ("I like cooking", "What about dinner?", "And for six people?", "One eats no meat")]
    assert len(set(answers)) == len(answers)
    assert sum("?" in a for a in answers) == len(answers)


def test_the_same_messages_give_the_same_reply() -> None:
    talk = Talk(MESSAGES, results=directory)
    talk.say("Who is in my workspace?")
    conversation = Conversation((*talk.items, Said("user", "Send Bob a message")), MESSAGES)
    assert respond(conversation) == respond(conversation)
    assert json.dumps(respond(conversation).text)


def test_words_of_speech_are_read_as_they_are_written() -> None:
    assert written_from_spoken("maya underscore travels forty two") == "maya_travels42"
    assert numbers_in("two hundred fifty and twenty three") == [250.0, 23.0]
    assert sound_key("Catherine") == sound_key("Kathryn")


def the_web(name: str, arguments: dict[str, Any]) -> Any:
    if name == web.FETCH_URL:
        return {"source": "web", "url": arguments["url"], "title": "Bread", "text": "Knead for ten minutes.\nBake."}
    page = {"title": "Baking [bread]", "url": "https://bread.example/", "snippet": "Mix. Knead for ten minutes. ..."}
    found = [page, page | {"url": "https://more.example/"}] if "bread" in arguments["query"] else []
    return {"source": "web", "results": found}


def test_the_brain_knows_the_web_by_the_names_it_is_offered_under() -> None:
    assert {f.name for f in WEB} == {web.WEB_SEARCH, web.FETCH_URL}


@pytest.mark.parametrize("functions", [WEB, WEB + POSTS, MESSAGES + WEB])
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Search the web for how to bake bread", "how to bake bread"),
        ("Could you look up bread recipes on the internet, please?", "bread recipes"),
        ("please search online for rye bread", "rye bread"),
        ("Look on the internet for bread", "bread"),
        ("Google sourdough bread", "sourdough bread"),
        ("Can you do a web search about bread?", "bread"),
    ],
)
def test_the_web_is_searched_when_it_is_named_and_a_result_read_aloud(
    functions: tuple[Function, ...], text: str, query: str
) -> None:
    talk = Talk(functions, results=the_web)
    answer = talk.say(text)
    assert talk.calls == [(web.WEB_SEARCH, {"query": query})]
    assert answer == "From the web, Baking bread: Mix. Knead for ten minutes. ..."
    assert "Knead for ten minutes" in talk.say("Open the second page")
    assert talk.calls[1] == (web.FETCH_URL, {"url": "https://more.example/"})


def test_a_search_that_finds_nothing_or_fails_is_said() -> None:
    talk = Talk(WEB, results=the_web)
    assert "found nothing" in talk.say("Search the web for purple elephants")
    talk = Talk(WEB, results=lambda _name, _arguments: "That page took too long, so I gave up on it.")
    assert talk.say("Search the web for bread") == "That page took too long, so I gave up on it."


def test_without_the_word_web_a_search_is_the_tasks_own() -> None:
    talk = Talk(POSTS + WEB, results=lambda _name, _arguments: [])
    talk.say("Search for posts about music")
    assert [name for name, _ in talk.calls] == ["search_tweets"]


def test_with_the_web_alone_it_still_converses() -> None:
    with_web, without = Talk(WEB), Talk(())
    for text in ("I like cooking", "What about dinner?", "Who are you?", "I am looking for a present"):
        assert with_web.say(text) == without.say(text)
    assert with_web.calls == []
