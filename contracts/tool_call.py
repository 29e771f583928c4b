"""Tools as a model sees them, and their calls."""

from contracts.base import Contract, JsonObject


class ToolDefinition(Contract):
    """A function offered to a model; ``parameters`` is JSON Schema."""

    name: str
    description: str
    parameters: JsonObject


class ToolCall(Contract):
    call_id: str
    function: str
    arguments: JsonObject


class ToolResult(Contract):
    """``output`` is what the model reads: JSON text, or plain text for errors of the harness."""

    call_id: str
    output: str
    is_error: bool
