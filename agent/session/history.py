"""What was said before, as the context of an agent that takes over."""

import io
import json
import wave
from collections.abc import Mapping, Sequence

from livekit import rtc
from livekit.agents import llm

from contracts.brief import PastAssistantTurn, PastItem, PastToolCall, PastUserTurn
from contracts.tool_call import ToolCall, ToolResult

UNHEARD = "(The participant said something that is no longer available.)"


def chat_context(history: Sequence[PastItem], audio: Mapping[int, bytes]) -> llm.ChatContext:
    """The conversation so far; ``audio`` holds wav files by turn, for models that hear."""
    context = llm.ChatContext.empty()
    for item in history:
        match item:
            case PastUserTurn(turn=turn, transcript=transcript):
                content: list[llm.ChatContent] = []
                if turn in audio:
                    content.append(llm.AudioContent(frame=[wav_frame(audio[turn])], transcript=transcript))
                else:
                    content.append(transcript or UNHEARD)
                context.add_message(role="user", content=content)
            case PastAssistantTurn(text=text, interrupted=interrupted):
                context.add_message(role="assistant", content=text, interrupted=interrupted)
            case PastToolCall(call=call, result=result):
                context.items.extend(_tool_items(call, result))
    return context


def past_calls(history: Sequence[PastItem]) -> tuple[tuple[ToolCall, ToolResult], ...]:
    """The tool calls of the conversation so far, in order."""
    return tuple((item.call, item.result) for item in history if isinstance(item, PastToolCall))


def last_turn(history: Sequence[PastItem]) -> int:
    """The number of the last user turn; 0 when there was none."""
    return max((item.turn for item in history), default=0)


def awaits_answer(history: Sequence[PastItem]) -> bool:
    """The participant spoke last and nobody has answered."""
    return bool(history) and not isinstance(history[-1], PastAssistantTurn)


def wav_bytes(frame: rtc.AudioFrame) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(frame.num_channels)
        file.setsampwidth(2)
        file.setframerate(frame.sample_rate)
        file.writeframes(bytes(frame.data.cast("B")))
    return target.getvalue()


def wav_frame(wav: bytes) -> rtc.AudioFrame:
    with wave.open(io.BytesIO(wav)) as file:
        samples = file.getnframes()
        return rtc.AudioFrame(file.readframes(samples), file.getframerate(), file.getnchannels(), samples)


def _tool_items(call: ToolCall, result: ToolResult) -> list[llm.ChatItem]:
    return [
        llm.FunctionCall(call_id=call.call_id, name=call.function, arguments=json.dumps(call.arguments)),
        llm.FunctionCallOutput(
            call_id=call.call_id, name=call.function, output=result.output, is_error=result.is_error
        ),
    ]
