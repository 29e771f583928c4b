from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.registry import load_models
from contracts.voice_model import ModelTable
from tests.agent.models.provider.running import running_provider
from tests.agent.models.provider.server import Provider

MODELS_FILE = Path(__file__).parents[3] / "models.yaml"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running_provider() as provider:
        yield provider


@pytest.fixture(scope="session")
def table() -> ModelTable:
    return load_models(MODELS_FILE)
