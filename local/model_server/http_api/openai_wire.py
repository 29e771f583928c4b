"""OpenAI's chat requests read into conversations, and its error shape."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping

from starlette.responses import JSONResponse

from local.model_server.conversation import Called, Conversation, Function, Item, JsonValue, Returned, Said


class BadRequestError(Exception):
    """The request cannot be served; becomes a 400 (or ``status``) in the API's own shape."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.param, self.code, self.status = param, code, status


def error(status: int, message: str, *, param: str | None = None, code: str | None = None) -> JSONResponse:
    """An error as OpenAI writes it."""
    kinds = {401: "authentication_error", 404: "invalid_request_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return JSONResponse(body, status_code=status)


def conversation_of(body: Mapping[str, JsonValue], spoken: Callable[[str], str | None]) -> Conversation:
    """A chat completion request as a conversation; ``spoken`` tells what was said under an audio id."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequestError("'messages' must be a non-empty list", param="messages")
    items: list[Item] = []
    names: dict[str, str] = {}
    for i, message in enumerate(messages):
        if not isinstance(message, Mapping):
            raise BadRequestError(f"messages[{i}] must be an object", param=f"messages[{i}]")
        items.extend(_items(message, f"messages[{i}]", names, spoken))
    functions = tuple(_function(t, i) for i, t in enumerate(body.get("tools") or ()))
    choice = body.get("tool_choice", "auto")
    forced: str | None = None
    if choice == "required":
        forced = "*"
    elif isinstance(choice, Mapping):
        forced = str((choice.get("function") or {}).get("name", ""))
        if forced not in {f.name for f in functions}:
            raise BadRequestError(f"tool_choice names {forced!r}, which is not in 'tools'", param="tool_choice")
    return Conversation(
        items=tuple(items),
        functions=functions,
        may_call=bool(functions) and choice != "none",
        forced=forced,
        parallel=body.get("parallel_tool_calls") is not False,
    )


def _function(tool: JsonValue, i: int) -> Function:
    described = tool.get("function") if isinstance(tool, Mapping) else None
    if not isinstance(described, Mapping) or not isinstance(described.get("name"), str):
        raise BadRequestError(f"tools[{i}] must have a function with a name", param=f"tools[{i}].function.name")
    return Function(described["name"], str(described.get("description") or ""), described.get("parameters") or {})


def _items(
    message: Mapping[str, JsonValue], at: str, names: dict[str, str], spoken: Callable[[str], str | None]
) -> list[Item]:
    role = message.get("role")
    if role in ("system", "developer", "user"):
        text, audio = _content(message.get("content"), at)
        return [Said("user" if role == "user" else "system", text, audio)]
    if role == "assistant":
        text, _ = _content(message.get("content"), at) if message.get("content") is not None else ("", ())
        if isinstance(reference := message.get("audio"), Mapping):
            said = spoken(str(reference.get("id")))
            if said is None:
                raise BadRequestError(
                    f"audio {reference.get('id')!r} is unknown or has expired",
                    param=f"{at}.audio.id",
                    code="audio_not_found",
                    status=404,
                )
            text = text or said
        found: list[Item] = [Said("assistant", text)] if text else []
        for call in message.get("tool_calls") or ():
            function = call.get("function") or {}
            names[str(call.get("id"))] = str(function.get("name"))
            found.append(
                Called(str(call.get("id")), str(function.get("name")), parsed(function.get("arguments") or "{}", {}))
            )
        return found
    if role == "tool":
        call_id = str(message.get("tool_call_id"))
        if call_id not in names:
            raise BadRequestError(
                "messages with role 'tool' must follow an assistant message with 'tool_calls'",
                param=f"{at}.tool_call_id",
            )
        text, _ = _content(message.get("content"), at)
        return [Returned(call_id, names[call_id], parsed(text, text))]
    raise BadRequestError(f"{role!r} is no role; use system, developer, user, assistant or tool", param=f"{at}.role")


def parsed(text: str, otherwise: JsonValue) -> JsonValue:
    """JSON, or ``otherwise`` where the text is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return otherwise


def _content(content: JsonValue, at: str) -> tuple[str, tuple[bytes, ...]]:
    if isinstance(content, str):
        return content, ()
    if not isinstance(content, list):
        raise BadRequestError("'content' must be a string or a list of parts", param=f"{at}.content")
    texts: list[str] = []
    waves: list[bytes] = []
    for i, part in enumerate(content):
        kind = part.get("type") if isinstance(part, Mapping) else None
        where = f"{at}.content[{i}]"
        if kind in ("text", "refusal"):
            texts.append(str(part.get("text", "")))
        elif kind == "input_audio":
            audio = part.get("input_audio") or {}
            if audio.get("format") != "wav":
                raise BadRequestError("only 'wav' audio is read here", param=f"{where}.input_audio.format")
            try:
                waves.append(base64.b64decode(str(audio.get("data", "")), validate=True))
            except binascii.Error as broken:
                raise BadRequestError("audio is not base64", param=f"{where}.input_audio.data") from broken
        else:
            raise BadRequestError(f"content parts of type {kind!r} are not served here", param=f"{where}.type")
    return "\n".join(texts), tuple(waves)


def text_tokens(text: str) -> int:
    """A plausible count: four letters a token."""
    return (len(text) + 3) // 4
