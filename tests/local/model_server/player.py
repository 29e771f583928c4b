"""Plays a person's part against the brain over real simulated tools."""

import json
import random
from collections.abc import Iterable
from pathlib import Path

from contracts.scenario import ToolTask
from contracts.tool_call import ToolCall
from local.model_server.brain.dialogue import respond
from local.model_server.conversation import Called, Conversation, Function, Item, JsonValue, Returned, Said
from scenarios import library
from tools_sim.session import ToolSession

MOST_CALLS = 12
NOISE = [
    "table",
    "river",
    "purple",
    "window",
    "seven",
    "garden",
    "candle",
    "market",
    "simple",
    "orange",
    "button",
    "silver",
    "yellow",
    "paper",
    "mountain",
    "kitchen",
    "nothing",
    "across",
    "bottle",
    "winter",
]


def task(name: str) -> ToolTask:
    """One scenario of the library, read from its own file."""
    folder = Path(library.__file__).parent
    (file,) = folder.rglob(f"{name}.yaml")
    scenario = library.parse_scenario(file.read_text(encoding="utf-8"), source=file.name)
    assert isinstance(scenario, ToolTask)
    return scenario


class Player:
    """A conversation: what is said goes in, calls are made on the session, what is answered comes out."""

    def __init__(self, task: ToolTask, *, beside: tuple[Function, ...] = ()) -> None:
        self.session = ToolSession(task, seed=1)
        own = tuple(Function(d.name, d.description, d.parameters) for d in self.session.definitions)
        self.functions = own + beside
        self.items: list[Item] = [Said("system", f"{task.prompt}\nYou are a voice assistant.")]
        self.calls: list[tuple[str, dict[str, JsonValue]]] = []

    @property
    def conversation(self) -> Conversation:
        return Conversation(tuple(self.items), self.functions)

    @property
    def progress(self) -> float:
        return self.session.report().progress

    @property
    def violations(self) -> int:
        return len(self.session.report().violations)

    def say(self, text: str) -> str:
        """Says something and hears the answer."""
        self.items.append(Said("user", text))
        return self.listen()

    def listen(self) -> str:
        for _ in range(MOST_CALLS):
            reply = respond(self.conversation)
            if not reply.calls:
                self.items.append(Said("assistant", reply.text))
                return reply.text
            for call in reply.calls:
                call_id = f"call{len(self.calls)}"
                arguments = dict(call.arguments)
                self.calls.append((call.function, arguments))
                result = self.session.call(ToolCall(call_id=call_id, function=call.function, arguments=arguments))
                self.items.append(Called(call_id, call.function, arguments))
                self.items.append(Returned(call_id, call.function, _parsed(result.output)))
        raise AssertionError(f"more than {MOST_CALLS} calls for one utterance: {self.calls}")

    def functions_called(self) -> list[str]:
        return [name for name, _ in self.calls]


def _parsed(output: str) -> JsonValue:
    try:
        return json.loads(output)
    except ValueError:
        return output


def corrupted(text: str, kept: Iterable[str], draw: random.Random) -> str:
    """The text with one word in three replaced, the words of ``kept`` (the slots' values) left alone."""
    slots = {w for phrase in kept for w in phrase.lower().split()}
    words = text.split()
    open_to = [i for i, w in enumerate(words) if w.lower().strip(".,") not in slots]
    for i in draw.sample(open_to, len(open_to) // 3):
        words[i] = draw.choice(NOISE)
    return " ".join(words)
