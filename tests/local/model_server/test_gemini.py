"""The Gemini API through the real client."""

from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from tests.local.model_server.speech import spoken

MODEL = "earwitness-demo-gemini"
LOOKUP = types.FunctionDeclaration(
    name="get_user_id",
    description="Get user ID from user name.",
    parameters=types.Schema(
        type=types.Type.OBJECT,
        properties={"user": types.Schema(type=types.Type.STRING, description="User name.")},
        required=["user"],
    ),
)


def config(**more: Any) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        system_instruction="You help with the messenger.",
        tools=[types.Tool(function_declarations=[LOOKUP])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        **more,
    )


def user(*parts: types.Part) -> types.Content:
    return types.Content(role="user", parts=list(parts))


def test_text_is_answered_whole_and_streamed_alike(gemini: genai.Client) -> None:
    whole = gemini.models.generate_content(model=MODEL, contents="I like cooking pasta.")
    chunks = list(gemini.models.generate_content_stream(model=MODEL, contents="I like cooking pasta."))
    assert len(chunks) > 3
    assert "".join(c.text or "" for c in chunks) == whole.text
    assert chunks[-1].candidates
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
    assert whole.usage_metadata
    assert whole.usage_metadata.total_token_count


def test_a_call_goes_out_and_its_result_is_read(gemini: genai.Client) -> None:
    contents = [user(types.Part(text="What is the user id of Bob?"))]
    first = gemini.models.generate_content(model=MODEL, contents=contents, config=config())
    call = next(iter(first.function_calls or ()), None)
    assert call is not None
    assert call.name == "get_user_id"
    assert call.args == {"user": "Bob"}
    assert first.candidates
    assert first.candidates[0].content
    response = types.FunctionResponse(id=call.id, name=call.name, response={"output": '{"user_id": "USR002"}'})
    contents += [first.candidates[0].content, user(types.Part(function_response=response))]
    second = gemini.models.generate_content(model=MODEL, contents=contents, config=config())
    assert second.text == "The user id of Bob is U S R 0 0 2."


def test_spoken_words_are_heard_and_calls_are_streamed(gemini: genai.Client) -> None:
    wave = types.Part.from_bytes(data=spoken("look up the user id of susan"), mime_type="audio/wav")
    chunks = list(gemini.models.generate_content_stream(model=MODEL, contents=[user(wave)], config=config()))
    calls = [c for chunk in chunks for c in chunk.function_calls or ()]
    assert [c.args for c in calls] == [{"user": "Susan"}]


def test_the_calling_mode_is_obeyed(gemini: genai.Client) -> None:
    def ask(mode: types.FunctionCallingConfigMode, text: str) -> types.GenerateContentResponse:
        calling = types.FunctionCallingConfig(mode=mode)
        return gemini.models.generate_content(
            model=MODEL, contents=text, config=config(tool_config=types.ToolConfig(function_calling_config=calling))
        )

    assert not ask(types.FunctionCallingConfigMode.NONE, "What is the user id of Bob?").function_calls
    assert ask(types.FunctionCallingConfigMode.ANY, "Hello.").function_calls


def test_a_dot_from_a_client_that_must_say_something_is_greeted(gemini: genai.Client) -> None:
    answer = gemini.models.generate_content(model=MODEL, contents=".", config=config())
    assert str(answer.text).startswith("Hello!")


def test_bad_requests_are_refused_in_google_s_own_shape(gemini: genai.Client) -> None:
    picture = types.Part.from_bytes(data=b"xx", mime_type="image/png")
    with pytest.raises(errors.ClientError) as refused:
        gemini.models.generate_content(model=MODEL, contents=[user(picture)])
    assert refused.value.code == 400
    assert refused.value.status == "INVALID_ARGUMENT"
