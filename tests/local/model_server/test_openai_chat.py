"""Chat completions through the real client."""

import base64
import json
from typing import Any

import httpx
import openai
import pytest

from local.model_server.speaking.pcm import samples_of
from local.model_server.speaking.voice import RATE_HZ
from tests.local.model_server.conftest import Served
from tests.local.model_server.speech import spoken

CHAT, AUDIO = "earwitness-demo-chat", "earwitness-demo-audio"


def tool(name: str, description: str, required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS: list[Any] = [
    tool("get_user_id", "Get user ID from user name.", ["user"], user={"type": "string", "description": "User name."}),
    tool(
        "send_message",
        "Send a message to a user.",
        ["receiver_id", "message"],
        receiver_id={"type": "string", "description": "User ID of the receiver."},
        message={"type": "string", "description": "Message to be sent."},
    ),
    tool("list_users", "List all users in the workspace.", []),
]


def audio_part(text: str) -> dict[str, Any]:
    data = base64.b64encode(spoken(text)).decode()
    return {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}


def test_the_models_say_that_they_are_a_demonstration(client: openai.OpenAI) -> None:
    models = list(client.models.list())
    assert all(m.id.startswith("earwitness-demo-") and "demonstration" in m.owned_by for m in models)
    answer = client.chat.completions.create(model=CHAT, messages=[{"role": "user", "content": "Who are you?"}])
    assert "demonstration program" in str(answer.choices[0].message.content)
    assert answer.system_fingerprint == "fp_earwitness_demo_rules"
    assert answer.usage is not None
    assert answer.usage.total_tokens > 0


def test_an_empty_conversation_is_greeted(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=CHAT, messages=[{"role": "system", "content": "You are a voice assistant."}], tools=TOOLS
    )
    assert str(answer.choices[0].message.content).startswith("Hello!")


def test_streamed_text_equals_the_whole_text_and_ends_with_usage(client: openai.OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "I like cooking pasta."}]
    whole = client.chat.completions.create(model=CHAT, messages=messages).choices[0].message.content
    chunks = list(
        client.chat.completions.create(
            model=CHAT, messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole
    assert chunks[-1].usage is not None
    assert not chunks[-1].choices
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_tools_are_called_and_their_results_read(client: openai.OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "Send a message to Bob saying dinner is ready."}]
    called: list[str] = []
    for _ in range(3):
        message = client.chat.completions.create(model=CHAT, messages=messages, tools=TOOLS).choices[0].message
        if not message.tool_calls:
            break
        call = message.tool_calls[0]
        assert call.type == "function"
        called.append(call.function.name)
        result = {"user_id": "USR002"} if call.function.name == "get_user_id" else {"sent_status": True}
        if call.function.name == "send_message":
            assert json.loads(call.function.arguments) == {"receiver_id": "USR002", "message": "Dinner is ready."}
        messages += [
            message.model_dump(exclude_none=True),
            {"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)},
        ]
    assert called == ["get_user_id", "send_message"]
    assert message.content == "I sent your message to Bob."


def test_streamed_tool_calls_come_in_pieces(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=CHAT, messages=[{"role": "user", "content": "What is the user id of Bob?"}], tools=TOOLS, stream=True
    )
    pieces = [c.choices[0] for c in stream]
    deltas = [t for p in pieces for t in p.delta.tool_calls or ()]
    assert deltas[0].function is not None
    assert deltas[0].function.name == "get_user_id"
    arguments = "".join(d.function.arguments or "" for d in deltas if d.function)
    assert json.loads(arguments) == {"user": "Bob"}
    assert pieces[-1].finish_reason == "tool_calls"


def test_tool_choice_is_obeyed(client: openai.OpenAI) -> None:
    ask: list[Any] = [{"role": "user", "content": "Who is in my workspace?"}]
    hello: list[Any] = [{"role": "user", "content": "Hello there!"}]
    none = client.chat.completions.create(model=CHAT, messages=ask, tools=TOOLS, tool_choice="none")
    assert none.choices[0].message.tool_calls is None
    required = client.chat.completions.create(model=CHAT, messages=hello, tools=TOOLS, tool_choice="required")
    assert required.choices[0].message.tool_calls
    named = client.chat.completions.create(
        model=CHAT, messages=ask, tools=TOOLS, tool_choice={"type": "function", "function": {"name": "get_user_id"}}
    )
    call = next(iter(named.choices[0].message.tool_calls or ()), None)
    assert call is not None
    assert call.type == "function"
    assert call.function.name == "get_user_id"


def test_independent_lookups_go_out_together_only_when_allowed(client: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "The workspace has Alice, Bob and Catherine."},
        {"role": "user", "content": "Look up the user ids of Bob and Catherine."},
    ]
    both = client.chat.completions.create(model=CHAT, messages=messages, tools=TOOLS)
    one = client.chat.completions.create(model=CHAT, messages=messages, tools=TOOLS, parallel_tool_calls=False)
    assert len(both.choices[0].message.tool_calls or ()) == 2
    assert len(one.choices[0].message.tool_calls or ()) == 1


def test_speech_is_understood_with_the_names_that_results_showed(client: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "You help the user with the office messenger."},
        {"role": "user", "content": "Who is in my workspace?"},
        {
            "role": "assistant",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "list_users", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": '{"user_list": ["Catherine", "Susan"]}'},
        {"role": "assistant", "content": "There are two people: Catherine and Susan."},
        {"role": "user", "content": [audio_part("what is the user id of susan")]},
    ]
    answer = client.chat.completions.create(model=CHAT, messages=messages, tools=TOOLS)
    call = next(iter(answer.choices[0].message.tool_calls or ()), None)
    assert call is not None
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"user": "Susan"}
    assert answer.usage is not None
    assert answer.usage.prompt_tokens_details is not None
    assert answer.usage.prompt_tokens_details.audio_tokens


def test_audio_is_streamed_with_its_transcript_and_can_be_referred_to(client: openai.OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": [audio_part("i would like to talk about music")]}]
    stream = client.chat.completions.create(
        model=AUDIO,
        messages=messages,
        stream=True,
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "pcm16"},
    )
    pcm, transcript, audio_id, expires_at = b"", "", None, None
    for chunk in stream:
        part: Any = getattr(chunk.choices[0].delta, "audio", None) if chunk.choices else None
        if part is None:
            continue
        part = part if isinstance(part, dict) else part.model_dump(exclude_none=True)
        audio_id = part.get("id") or audio_id
        expires_at = part.get("expires_at") or expires_at
        transcript += part.get("transcript") or ""
        pcm += base64.b64decode(part.get("data") or "")
    assert "usic" in transcript
    assert len(pcm) > RATE_HZ * 2
    assert audio_id
    assert expires_at
    messages += [{"role": "assistant", "audio": {"id": audio_id}}, {"role": "user", "content": "Can you repeat that?"}]
    again = client.chat.completions.create(model=AUDIO, messages=messages)
    assert again.choices[0].message.content == transcript


def test_whole_audio_is_a_wav(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=AUDIO,
        messages=[{"role": "user", "content": "Hello!"}],
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "wav"},
    )
    audio = answer.choices[0].message.audio
    assert audio is not None
    assert audio.transcript
    pcm, rate_hz = samples_of(base64.b64decode(audio.data))
    assert rate_hz == RATE_HZ
    assert len(pcm) > RATE_HZ // 2


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([], "messages"),
        ([{"role": "wizard", "content": "x"}], "wizard"),
        ([{"role": "tool", "tool_call_id": "c9", "content": "x"}], "tool_calls"),
        ([{"role": "assistant", "audio": {"id": "audio_unknown"}}], "audio_unknown"),
        (
            [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "%%", "format": "wav"}}]}],
            "base64",
        ),
        (
            [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}]}],
            "WAV",
        ),
        (
            [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}}]}],
            "wav",
        ),
    ],
)
def test_bad_requests_are_refused_in_openai_s_own_shape(client: openai.OpenAI, messages: list[Any], words: str) -> None:
    with pytest.raises((openai.BadRequestError, openai.NotFoundError)) as refused:
        client.chat.completions.create(model=CHAT, messages=messages)
    assert words in refused.value.message
    assert refused.value.type == "invalid_request_error"


def test_every_answer_carries_a_request_id(server: Served) -> None:
    ids = {httpx.get(f"{server.url}/healthz").headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
