"""Who a browser is: one cookie, one participant, nothing of anybody else."""

import json
from pathlib import Path

import jwt
import pytest

from contracts.conversation_event import AssistantBecameReady
from tests.api.house import RATING, House

pytestmark = pytest.mark.anyio

PROLIFIC = {"prolific_pid": "5f3a", "prolific_study_id": "65f0", "prolific_session_id": "77aa"}


async def test_the_cookie_is_out_of_reach_of_scripts_and_stored_only_as_a_hash(small_house: House) -> None:
    async with small_house.participant() as walker:
        answer = await walker.post("", {"study": "demo"})
        cookie = answer.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "earwitness_participant="))
        token = walker.client.cookies["earwitness_participant"]
        assert len(token) >= 43  # 256 bits in base64
        database = small_house.context.database.url.database
        assert database is not None
        assert token.encode() not in Path(database).read_bytes()  # noqa: ASYNC240  a small file, in a test


async def test_the_same_cookie_comes_back_to_the_same_place(small_house: House) -> None:
    async with small_house.participant() as walker:
        before = await walker.to_scenario()
        assert await walker.step("", {"study": "demo"}) == before


async def test_the_same_recruitment_ids_come_back_to_the_same_place_in_another_browser(house: House) -> None:
    async with house.participant() as first, house.participant() as second:
        await first.step("", {"study": "demo", **PROLIFIC})
        consent = await first.step("/begin")
        assert await second.step("", {"study": "demo", **PROLIFIC}) == consent
        # There is one session: the first browser's has gone.
        assert (await first.client.get("/api/participation")).status_code == 401


async def test_a_recruitment_id_alone_is_not_enough_to_take_somebodys_place(small_house: House) -> None:
    async with small_house.participant() as first, small_house.participant() as second:
        await first.step("", {"study": "demo", **PROLIFIC})
        await first.step("/begin")
        guessed = {"prolific_pid": PROLIFIC["prolific_pid"], "prolific_study_id": PROLIFIC["prolific_study_id"]}
        assert (await second.step("", {"study": "demo", **guessed}))["stage"] == "landing"


async def test_the_next_person_at_the_same_computer_starts_anew(small_house: House) -> None:
    async with small_house.participant() as walker:
        await walker.step("", {"study": "demo", **PROLIFIC})
        await walker.step("/begin")
        other = {**PROLIFIC, "prolific_pid": "9999", "prolific_session_id": "88bb"}
        assert (await walker.step("", {"study": "demo", **other}))["stage"] == "landing"


async def test_a_recruited_participant_is_sent_back_with_the_code(small_house: House) -> None:
    async with small_house.participant() as walker:
        await walker.step("", {"study": "demo", **PROLIFIC})
        await walker.step("/begin")
        version = small_house.context.study.consent.version
        finished = await walker.step("/consent", {"accepted": False, "version": version})
        assert finished["completion_url"] == "https://app.prolific.com/submissions/complete?cc=DEMO-NO-CONSENT"


async def test_without_a_session_there_is_nothing_to_see(small_house: House) -> None:
    async with small_house.participant() as walker:
        assert (await walker.client.get("/api/participation")).status_code == 401
        walker.client.cookies.set("earwitness_participant", "x" * 43)
        assert (await walker.client.get("/api/participation")).status_code == 401
        assert (await walker.post("/begin")).status_code == 401


async def test_a_study_that_is_not_run_here_is_not_found(small_house: House) -> None:
    async with small_house.participant() as walker:
        assert (await walker.post("", {"study": "another"})).status_code == 404


async def test_nothing_a_participant_receives_names_the_model(small_house: House) -> None:
    """Every answer along the path, headers and token included, against every name a model has."""
    received: list[str] = []
    async with small_house.participant() as walker:

        async def keep(response: object) -> None:
            await response.aread()  # type: ignore[attr-defined]
            received.append(response.text + str(response.headers))  # type: ignore[attr-defined]

        walker.client.event_hooks["response"].append(keep)
        conversation_id = await walker.to_conversation()
        connection = (await walker.client.get("/api/participation/connection")).json()
        received.append(json.dumps(connection))
        async with small_house.worker(conversation_id) as job:
            await job.take()
            await job.log(AssistantBecameReady())
        small_house.clock.forward(60)
        await walker.view()
        await walker.step("/conversation/end")
        await walker.step("/rating", RATING)
    assert len(received) > 8
    everything = " ".join(received).lower()
    for model in small_house.context.models.values():
        names = {model.id, model.label, model.kind, model.llm.model}
        assert not [name for name in names if name.lower() in everything]
    assert conversation_id not in everything


async def test_the_token_allows_one_room_and_the_microphone_and_nothing_else() -> None:
    from api.rooms.live import LiveKitRooms

    rooms = LiveKitRooms(url="ws://127.0.0.1:1", api_key="key", api_secret="a-secret-of-at-least-32-characters")
    try:
        token = rooms.participant_token("the-room", "the-identity")
    finally:
        await rooms.aclose()
    claims = jwt.decode(token, "a-secret-of-at-least-32-characters", algorithms=["HS256"])
    assert claims["video"] == {
        "roomJoin": True,
        "room": "the-room",
        "canPublish": True,
        "canPublishSources": ["microphone"],
        "canPublishData": False,
        "canSubscribe": True,
        "canUpdateOwnMetadata": False,
    }
    assert set(claims) == {"video", "sub", "iss", "nbf", "exp"}
    assert claims["exp"] - claims["nbf"] <= 300
