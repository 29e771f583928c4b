"""One job: an agent in a room, for one conversation.

Takes the conversation over from the API by its opaque id, holds it, and sees to it that its record is delivered.
"""

import asyncio
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import structlog
from livekit import rtc
from livekit.agents import llm

from agent.clock import Clock
from agent.delivery.delivery import Delivery, deliver_leftovers
from agent.delivery.heartbeat import beat_until_ordered
from agent.delivery.spool import Spool
from agent.delivery.worker_api import ApiRefusedError, ApiUnavailableError, ConversationOverError, WorkerApi
from agent.interface import VoiceModel
from agent.registry import RegistryError, build
from agent.room.audio import RoomAudio
from agent.room.presence import AWAY_S, Presence
from agent.room.publisher import RoomPublisher
from agent.session.conversation import Conversation
from agent.session.harness_voice import HarnessVoice
from agent.session.prompt import card_words
from agent.session.setup import ConversationSetup
from agent.settings import Settings
from agent.turns.detector import SpeechDetector
from agent.web.tools import WebTools
from contracts.base import ConversationId
from contracts.brief import ConversationBrief, HeartbeatAnswer, PastUserTurn
from contracts.conversation_event import AgentJoined, Ended
from contracts.room_event import TOPIC, ConversationEnded, EndReason
from contracts.scenario import ToolTask
from tools_sim.session import ToolSession

logger = structlog.get_logger(__name__)

LEFTOVERS_S = 5.0
BRIEF_S = 30.0
AUDIO_S = 5.0
LAST_DELIVERY_S = 20.0
VERSIONS_OF = ("earwitness", "livekit-agents", "livekit", "livekit-plugins-silero", "livekit-plugins-openai")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a process prepares once for all its jobs."""

    settings: Settings
    env: Mapping[str, str]
    network: Any
    """Silero, loaded."""
    harness: HarnessVoice
    tls: ssl.SSLContext
    away_s: float = AWAY_S
    web: WebTools | None = None


async def hold(workshop: Workshop, conversation_id: ConversationId, room: rtc.Room) -> None:
    """Hold the conversation in a connected room, to its end; returns when its record is delivered or kept on disk."""
    settings = workshop.settings
    source = f"job-{secrets.token_hex(8)}"
    async with WorkerApi(settings.api_url, settings.worker_token, tls=workshop.tls) as api:
        await _send_leftovers(settings, api, conversation_id)
        brief = await _take_over(api, conversation_id, source)
        if brief is None:
            return
        spool = Spool.create(settings.spool_dir, conversation_id, source, recording_part=brief.recording_part)
        delivery = Delivery(spool, api)
        sending = asyncio.create_task(delivery.run())
        try:
            await _Job(workshop, brief, source, room, api, delivery, spool).run()
        finally:
            delivery.finish()
            # What cannot be delivered now is delivered by a later job, or by the worker itself.
            done, _ = await asyncio.wait({sending}, timeout=LAST_DELIVERY_S)
            if not done:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                spool.close()


class _Job:
    def __init__(
        self,
        workshop: Workshop,
        brief: ConversationBrief,
        source: str,
        room: rtc.Room,
        api: WorkerApi,
        delivery: Delivery,
        spool: Spool,
    ) -> None:
        self._workshop, self._brief, self._source = workshop, brief, source
        self._room, self._api, self._delivery, self._spool = room, api, delivery, spool
        self._clock = Clock()
        self._conversation: Conversation | None = None
        self._order: HeartbeatAnswer | None = None

    async def run(self) -> None:
        brief = self._brief
        self._delivery.append(
            AgentJoined(versions={name: version(name) for name in VERSIONS_OF}, resumed=brief.recording_part > 1)
        )
        beating = asyncio.create_task(beat_until_ordered(self._api, brief.conversation_id, self._source, self._obey))
        publisher = RoomPublisher(self._send, clock=self._clock)
        try:
            await self._converse(publisher)
        except RegistryError as error:
            logger.error("the model cannot be built here", error=str(error))
            self._delivery.append(Ended(reason=EndReason.TECHNICAL_FAILURE))
            publisher.publish(ConversationEnded(reason=EndReason.TECHNICAL_FAILURE))
        finally:
            await publisher.drain(2.0)
            await publisher.aclose()
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _converse(self, publisher: RoomPublisher) -> None:
        brief, workshop = self._brief, self._workshop
        model = build(brief.model, workshop.env, stt_hints=card_words(brief.scenario))
        conversation = Conversation(
            await self._setup(model),
            SpeechDetector(workshop.network, brief.turn_taking, clock=self._clock),
            log=self._delivery,
            room=publisher,
            clock=self._clock,
        )
        self._conversation = conversation
        presence = Presence(
            self._room,
            brief.participant_identity,
            on_change=self._delivery.append,
            on_here=lambda: publisher.publish(conversation.snapshot()),
            on_gone=lambda: conversation.end(EndReason.PARTICIPANT_LEFT),
            away_s=workshop.away_s,
        )
        audio = await RoomAudio.open(
            conversation.session, self._room, brief.participant_identity, recording=self._spool.recording
        )
        self._spool.note_recording_start(self._clock.at(audio.recording_started_at))
        try:
            presence.follow()
            if self._order is not None:
                return
            here = asyncio.create_task(presence.here.wait())
            waiting: list[asyncio.Future[Any]] = [here, conversation.ended]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            here.cancel()
            if not conversation.ended.done():
                await conversation.start(audio.microphone, audio.voice)
                reason = await conversation.ended
                logger.info("the conversation is over", reason=reason)
        finally:
            presence.stop()
            await conversation.aclose()
            await audio.finish_recording()
            await audio.aclose()

    async def _setup(self, model: VoiceModel) -> ConversationSetup:
        brief = self._brief
        scenario = brief.scenario
        return ConversationSetup(
            model=model,
            scenario=scenario,
            harness=self._workshop.harness,
            tools=ToolSession(scenario, seed=brief.seed) if isinstance(scenario, ToolTask) else None,
            web=self._workshop.web,
            time_limit_s=brief.time_limit_s,
            elapsed_s=brief.elapsed_s,
            history=brief.history,
            past_audio=await self._past_audio() if _hears_history(model) else {},
            resumed=brief.ready_at is not None,
        )

    async def _past_audio(self) -> dict[int, bytes]:
        """The earlier turns as they were heard; one that cannot be had now is left to its transcript."""
        audio: dict[int, bytes] = {}
        try:
            async with asyncio.timeout(AUDIO_S):
                for item in self._brief.history:
                    if isinstance(item, PastUserTurn):
                        audio[item.turn] = await self._api.turn_audio(self._brief.conversation_id, item.turn)
        except (TimeoutError, ApiUnavailableError, ApiRefusedError):
            logger.warning("not all of the earlier turns could be fetched", fetched=len(audio))
        return audio

    def _obey(self, order: HeartbeatAnswer) -> None:
        self._order = order
        logger.info("ordered to leave", order=order.order)
        if self._conversation is not None:
            self._conversation.leave(order.reason or EndReason.PARTICIPANT_ENDED)

    async def _send(self, payload: bytes) -> None:
        identity = self._brief.participant_identity
        if self._room.isconnected() and identity in self._room.remote_participants:
            await self._room.local_participant.publish_data(
                payload, reliable=True, topic=TOPIC, destination_identities=[identity]
            )


def _hears_history(model: VoiceModel) -> bool:
    """A realtime session is given its history as text."""
    return model.spec.capabilities.audio_in and not isinstance(model.llm, llm.RealtimeModel)


async def _send_leftovers(settings: Settings, api: WorkerApi, conversation_id: ConversationId) -> None:
    """What a lost job of this conversation knew must be in the brief."""
    try:
        async with asyncio.timeout(LEFTOVERS_S):
            await deliver_leftovers(settings.spool_dir, api, conversation_id)
    except TimeoutError:
        logger.warning("what an earlier job left could not be delivered in time")


async def _take_over(api: WorkerApi, conversation_id: ConversationId, source: str) -> ConversationBrief | None:
    """The brief; None when no agent is wanted, or the API does not answer for too long."""
    pause_s = 0.2
    try:
        async with asyncio.timeout(BRIEF_S):
            while True:
                try:
                    return await api.brief(conversation_id, source)
                except ApiUnavailableError:
                    await asyncio.sleep(pause_s)
                    pause_s = min(2 * pause_s, 2.0)
    except (ConversationOverError, ApiRefusedError) as error:
        logger.info("no agent is wanted", error=str(error))
    except TimeoutError:
        logger.error("the API gave no brief")
    return None
