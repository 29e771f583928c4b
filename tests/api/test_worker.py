"""Handing a conversation to agent jobs: the brief, its history, who has it, and the heartbeat."""

import hashlib

import pytest

from contracts.brief import ConversationBrief
from contracts.conversation_event import (
    AssistantBecameReady,
    AssistantTurn,
    ConversationEventBody,
    ToolCalled,
    ToolReturned,
    UserTurn,
    Verified,
)
from contracts.scenario import ToolTask
from contracts.tool_call import ToolCall, ToolResult
from tests.api.house import House, Job, some_wav
from tools_sim.session import ToolSession

pytestmark = pytest.mark.anyio


async def _brief(job: Job) -> ConversationBrief:
    answer = await job.take()
    assert answer.status_code == 200, answer.text
    return ConversationBrief.model_validate(answer.json())


def said(house: House, turn: int, digest: str = "0" * 64) -> UserTurn:
    now = house.clock()
    return UserTurn(
        turn=turn, started_at=now, stopped_at=now, audio_s=1.0, audio_sha256=digest, transcript=f"said {turn}"
    )


def answered(turn: int) -> AssistantTurn:
    return AssistantTurn(turn=turn, text=f"answer {turn}", interrupted=False, spoken_by="model")


def called(call_id: str, name: str = "f") -> tuple[ConversationEventBody, ConversationEventBody]:
    call = ToolCall(call_id=call_id, function=name, arguments={})
    result = ToolResult(call_id=call_id, output="{}", is_error=False)
    return ToolCalled(turn=1, call=call), ToolReturned(turn=1, result=result, duration_ms=1)


async def test_a_new_conversation_comes_with_all_an_agent_needs_and_no_history(house: House) -> None:
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            brief = await _brief(job)
            assert brief.conversation_id == conversation_id
            assert brief.model.id in house.context.study.models
            assert brief.scenario == house.context.library[brief.scenario.id]
            assert brief.turn_taking == house.context.study.turn_taking
            assert (brief.time_limit_s, brief.elapsed_s, brief.ready_at) == (600, 0, None)
            assert (brief.history, brief.recording_part) == ((), 1)
            assert await _brief(job) == brief


async def test_an_agent_that_follows_a_lost_one_gets_what_was_said_and_called(house: House) -> None:
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id, "first") as first, house.worker(conversation_id, "second") as second:
            ready_at = house.clock()
            await _brief(first)
            unfinished, _ = called("never-returned")
            await first.log(AssistantBecameReady(), answered(0), said(house, 1), *called("a"), answered(1), unfinished)
            house.clock.forward(42)
            brief = await _brief(second)
            assert (brief.ready_at, brief.elapsed_s, brief.recording_part) == (ready_at, 42, 2)
            assert [item.role for item in brief.history] == ["assistant", "user", "tool", "assistant"]

            # What the lost one delivers afterwards is stored, but no agent knows it.
            await first.log(said(house, 2), *called("late"))
            assert await _brief(second) == brief
            async with house.worker(conversation_id, "third") as third:
                await second.log(answered(2))
                history = (await _brief(third)).history
                assert len(history) == len(brief.history) + 1
            assert (await second.take()).status_code == 410


async def test_an_ended_conversation_is_handed_to_nobody(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        await walker.step("/conversation/end")
        async with small_house.worker(conversation_id) as job:
            assert (await job.take()).status_code == 410
        async with small_house.worker("unknown") as job:
            assert (await job.take()).status_code == 404


async def test_only_the_bearer_of_the_token_is_a_worker(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        call = f"/worker/conversations/{conversation_id}/brief?source=job"
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic the-workers-token"}):
            assert (await walker.client.get(call, headers=headers)).status_code == 401


async def test_turn_audio_is_given_to_the_agent_that_follows_as_it_was_delivered(house: House) -> None:
    sound = some_wav()
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            for _ in range(2):
                assert (await job.put("/turns/1/audio", sound)).status_code == 204
            heard = await job.client.get(f"{job.base}/turns/1/audio")
            assert (heard.content, heard.headers["content-type"]) == (sound, "audio/wav")
            assert (await job.client.get(f"{job.base}/turns/2/audio")).status_code == 404


async def test_of_two_versions_of_a_turn_the_one_that_the_log_names_is_given(small_house: House) -> None:
    lost, said_again = some_wav(0.1), some_wav(0.2)
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            await job.put("/turns/1/audio", said_again)
            await job.log(said(small_house, 1, hashlib.sha256(said_again).hexdigest()))
            small_house.clock.forward(1)
            await job.put("/turns/1/audio", lost)
            assert (await job.client.get(f"{job.base}/turns/1/audio")).content == said_again


async def test_audio_that_does_not_match_its_digest_is_refused_and_not_stored(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            assert (await job.put("/recordings/1", b"OggS", "0" * 64)).status_code == 422
            assert (await job.put("/recordings/1", b"OggS", "no digest")).status_code == 422
    assert not list(small_house.context.settings.blob_dir.glob("*/*"))


async def test_the_replayed_verdict_stands_beside_the_live_one_and_a_disagreement_is_seen(small_house: House) -> None:
    agreements = {}
    for honest in (True, False):
        async with small_house.participant() as walker:
            while (await walker.to_scenario())["card"]["category"] != "tool_task":
                walker.client.cookies.clear()
            await walker.step("/conversation")
            conversation_id = small_house.rooms.dispatched[-1]
            async with small_house.worker(conversation_id) as job:
                brief = await _brief(job)
                task = brief.scenario
                assert isinstance(task, ToolTask)
                tools = ToolSession(task, seed=brief.seed)
                await job.log(AssistantBecameReady())
                for number, step in enumerate(task.reference_run):
                    call = ToolCall(call_id=f"c{number}", function=step.function, arguments=step.arguments)
                    result = tools.call(call)
                    await job.log(ToolCalled(turn=1, call=call), ToolReturned(turn=1, result=result, duration_ms=1))
                report = tools.report()
                assert report.complete
                forged = report.model_copy(update={"complete": False, "progress": 0.0})
                await job.log(Verified(report=report if honest else forged))
            small_house.clock.forward(60)
            await walker.step("/conversation/end")
            async with small_house.researcher() as researcher:
                shown = (await researcher.get(f"/api/researcher/conversations/{conversation_id}")).json()
            assert shown["verdict"]["replayed"]["complete"]
            assert shown["pay"]["task_completed_usd"] == 1.0
            agreements[honest] = shown["verdict"]["agrees"]
    assert agreements == {True: True, False: False}
