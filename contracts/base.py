"""What every value that crosses a process boundary has in common."""

from typing import NewType

from pydantic import BaseModel, ConfigDict, JsonValue

ConversationId = NewType("ConversationId", str)
ModelId = NewType("ModelId", str)
ParticipantId = NewType("ParticipantId", str)
ScenarioId = NewType("ScenarioId", str)
StudyId = NewType("StudyId", str)

JsonObject = dict[str, JsonValue]


class Contract(BaseModel):
    """A frozen value with no unknown fields: what one process writes, another can read whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)
