"""What a conversation needs of the world outside it."""

from typing import Protocol

from contracts.conversation_event import ConversationEventBody
from contracts.room_event import RoomEventBody
from contracts.tool_call import ToolCall, ToolDefinition, ToolResult
from contracts.verification import VerificationReport


class ConversationLog(Protocol):
    """Where the record goes; nothing here may block or fail."""

    def append(self, body: ConversationEventBody) -> None:
        """Add an event to the conversation's log."""
        ...

    def keep_turn_audio(self, turn: int, wav: bytes) -> str:
        """Keep what the participant said in a turn; the answer is its SHA-256."""
        ...


class RoomChannel(Protocol):
    """How the participant's page is told; nothing here may block or fail."""

    def publish(self, body: RoomEventBody) -> None:
        """Tell the participant's page, in order."""
        ...


class CallableTools(Protocol):
    """The simulated tools of a task, as `tools_sim.session.ToolSession`."""

    @property
    def definitions(self) -> tuple[ToolDefinition, ...]: ...

    def call(self, call: ToolCall) -> ToolResult: ...

    def report(self) -> VerificationReport: ...


class SlowTools(Protocol):
    """Functions that take their time and belong to no task, as `agent.web.tools.WebTools`."""

    @property
    def definitions(self) -> tuple[ToolDefinition, ...]: ...

    async def call(self, call: ToolCall) -> ToolResult:
        """Answer; never raises for a function's failure, stops when it is cancelled."""
        ...
