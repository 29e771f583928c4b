"""The researcher's sign-in, and what stands behind the filters of the dashboard."""

from pydantic import BaseModel, ConfigDict, Field

from api.conversations.schemas import Category
from contracts.base import ModelId, ScenarioId, StudyId


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    password: str = Field(min_length=1, max_length=1000)


class ModelListed(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: ModelId
    label: str
    demo: bool


class ScenarioListed(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: ScenarioId
    title: str
    category: Category


class StudyListed(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: StudyId
    version: str
    title: str


class ResearcherSession(BaseModel):
    """Who is signed in sees this study."""

    model_config = ConfigDict(frozen=True)

    study: StudyListed
    models: list[ModelListed]
    scenarios: list[ScenarioListed]
    running: int
    """Conversations at this moment."""
    places: int
    """Most conversations at one time."""
