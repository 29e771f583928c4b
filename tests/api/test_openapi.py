"""The description of the API: current in the repository, and true of what is answered."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from api.openapi import describe
from api.routes import include_routes
from tests.api.house import MICROPHONE, PASSWORD, ROOT, WORKER_TOKEN
from tests.api.test_restart import running

_app = FastAPI()
include_routes(_app)
DOCUMENT = describe(_app)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {
    item["operationId"]: SCHEMA[path][method.upper()]
    for path, methods in DOCUMENT["paths"].items()
    for method, item in methods.items()
}
NOT_FUZZED = {"signOut"}
"""It would end the session that the others are called with."""


def test_the_description_that_the_page_is_built_from_is_current() -> None:
    stored = json.loads((ROOT / "web/openapi.json").read_text())
    assert stored == json.loads(json.dumps(DOCUMENT)), "run: python -m api.openapi > web/openapi.json"


def test_no_answer_has_a_field_that_may_be_missing() -> None:
    partial = {"Arrival", "RatingDraftSent"}
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if "properties" in schema and name not in partial:
            assert set(schema["required"]) == set(schema["properties"]), name


class Signed:
    """The address of a running API, and cookies of somebody of each kind."""

    def __init__(self, url: str) -> None:
        self.url = url
        with httpx.Client(base_url=url) as client:
            client.post("/api/participation", json={"study": "demo"}).raise_for_status()
            client.post("/api/participation/begin").raise_for_status()
            consent = {"accepted": True, "version": "2025-1"}
            client.post("/api/participation/consent", json=consent).raise_for_status()
            client.post("/api/participation/microphone", json=MICROPHONE).raise_for_status()
            client.post("/api/researcher/login", json={"password": PASSWORD}).raise_for_status()
            self.cookies = {cookie.name: cookie.value or "" for cookie in client.cookies.jar}


@pytest.fixture(scope="module")
def signed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    folder = tmp_path_factory.mktemp("described")
    loop = asyncio.new_event_loop()
    server = running(folder, f"sqlite+aiosqlite:///{folder / 'record.db'}")
    started = loop.run_until_complete(server.__aenter__())
    try:
        yield Signed(started.url)
    finally:
        loop.run_until_complete(server.__aexit__(None, None, None))
        loop.close()


@pytest.mark.parametrize("operation_id", sorted(set(OPERATIONS) - NOT_FUZZED))
def test_whatever_is_sent_the_answer_is_as_described_and_no_server_error(signed: Signed, operation_id: str) -> None:
    strategy = OPERATIONS[operation_id].as_strategy()

    @hypothesis_settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def law(case: Any) -> None:
        headers = {"Authorization": f"Bearer {WORKER_TOKEN}"}
        response = case.call(base_url=signed.url, headers=headers, cookies=signed.cookies, timeout=20)
        if response.status_code == 503:
            # Said on purpose: there is no LiveKit server here.
            return
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])

    law()
