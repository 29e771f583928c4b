"""What a request is answered with: built once at start, passed down, never global."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from api.db.database import Database
from api.privacy.blobs import BlobStore
from api.privacy.envelope import MasterKey
from api.researchers.password import ResearcherPassword
from api.researchers.throttle import FailureThrottle
from api.rooms.interface import Rooms
from api.settings import Settings
from contracts.base import ModelId, ScenarioId
from contracts.scenario import Scenario
from contracts.study import StudySpec
from contracts.voice_model import ModelSpec

Clock = Callable[[], datetime]
"""UTC-aware."""


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    database: Database
    clock: Clock
    rooms: Rooms
    blobs: BlobStore
    master_key: MasterKey
    study: StudySpec
    models: Mapping[ModelId, ModelSpec]
    """The whole table."""
    library: Mapping[ScenarioId, Scenario]
    """Every scenario there is."""
    password: ResearcherPassword
    sign_in_throttle: FailureThrottle


def context_of(request: Request) -> Context:
    context = request.app.state.context
    if not isinstance(context, Context):
        raise TypeError("the application was started without its context")
    return context


UsesContext = Annotated[Context, Depends(context_of)]
