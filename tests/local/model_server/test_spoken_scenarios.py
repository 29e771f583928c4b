"""The demo scenarios by voice: spoken, recognised, called, verified, over HTTP."""

import asyncio
import base64
import json
import ssl
from typing import Any

import openai
import pytest

from agent.web.tools import DEFINITIONS, WEB_SEARCH, web_tools
from contracts.tool_call import ToolCall, ToolResult
from tests.local.model_server.player import MOST_CALLS, task
from tests.local.model_server.scripts import SCRIPTS
from tests.local.model_server.speech import spoken
from tools_sim.session import ToolSession


class SpokenPlayer:
    """Talks with the end-to-end demonstration model as a client does; keeps the messages."""

    def __init__(self, client: openai.OpenAI, name: str) -> None:
        scenario = task(name)
        self._client = client
        self.session = ToolSession(scenario, seed=1)
        self._tools: list[Any] = [
            {"type": "function", "function": {"name": d.name, "description": d.description, "parameters": d.parameters}}
            for d in (*self.session.definitions, *DEFINITIONS)
        ]
        self.messages: list[Any] = [{"role": "system", "content": scenario.prompt}]
        self.functions: list[str] = []
        self.listen()

    def say(self, text: str) -> None:
        data = base64.b64encode(spoken(text)).decode()
        part = {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}
        self.messages.append({"role": "user", "content": [part]})
        self.listen()

    def listen(self) -> None:
        for _ in range(MOST_CALLS):
            answer = self._client.chat.completions.create(
                model="earwitness-demo-audio", messages=self.messages, tools=self._tools
            )
            message = answer.choices[0].message
            self.messages.append(message.model_dump(exclude_none=True))
            if not message.tool_calls:
                return
            for call in message.tool_calls:
                assert call.type == "function"
                self.functions.append(call.function.name)
                arguments = json.loads(call.function.arguments)
                result = self._call(ToolCall(call_id=call.id, function=call.function.name, arguments=arguments))
                self.messages.append({"role": "tool", "tool_call_id": call.id, "content": result.output})
        raise AssertionError(f"more than {MOST_CALLS} calls for one utterance: {self.functions}")

    def _call(self, call: ToolCall) -> ToolResult:
        web = web_tools("builtin", ssl.create_default_context())
        if web is not None and call.function in {each.name for each in DEFINITIONS}:
            return asyncio.run(web.call(call))
        return self.session.call(call)


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_task_is_completed_by_voice(client: openai.OpenAI, name: str) -> None:
    """A person who sees that a step was not done says it once more in other words."""
    player = SpokenPlayer(client, name)
    for line in SCRIPTS[name]:
        calls = len(player.functions)
        player.say(line.text)
        if line.wants not in player.functions[calls:]:
            player.say(f"i said {line.text}")
    report = player.session.report()
    assert report.progress == 1.0
    assert not report.violations


@pytest.mark.parametrize("words", ["search the web for bread", "search the web for the planets"])
def test_the_web_is_searched_by_voice_beside_a_task(client: openai.OpenAI, words: str) -> None:
    player = SpokenPlayer(client, "social-food-festival")
    player.say(words)
    if WEB_SEARCH not in player.functions:
        player.say(f"please {words}")
    assert WEB_SEARCH in player.functions
    answer = player.messages[-1]
    assert "built-in collection" in str(answer)
    assert player.session.report().progress == 0.0
