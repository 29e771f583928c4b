"""One conversation: a model, a participant's audio in and out, and everything that is recorded and shown of it.

Needs no room and no server: audio comes and goes by livekit's `AudioInput` and `AudioOutput`, the record and the page
by `agent.session.ports`. The worker puts a room behind them, tests and benchmarks put their own.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine

import structlog
from livekit import rtc
from livekit.agents import AgentSession, AgentStateChangedEvent, UserStateChangedEvent, llm
from livekit.agents.voice import SpeechHandle, io
from livekit.agents.voice.events import CloseEvent, ConversationItemAddedEvent, ErrorEvent, FunctionToolsExecutedEvent

from agent.clock import Clock
from agent.session import history
from agent.session.countdown import Countdown
from agent.session.delay import TurnMarks
from agent.session.failures import Component, notice_for, provider_error
from agent.session.harness_voice import Line
from agent.session.hearing import Hearing
from agent.session.options import new_session
from agent.session.ports import ConversationLog, RoomChannel
from agent.session.prompt import GREETING_CUE, instructions
from agent.session.realtime_ear import gate_realtime_audio, hand_over
from agent.session.setup import ConversationSetup
from agent.session.speech import HarnessText, Synthesis, speak
from agent.session.spoken import FrameTag, Playback, SpokenOutput, tag
from agent.session.voice_agent import VoiceAgent
from agent.tools.offered import OfferedTools
from agent.turns.detector import Listener, Segment, SpeechDetector
from contracts.conversation_event import (
    AgentStateLogged,
    AssistantBecameReady,
    AssistantTurn,
    Ended,
    NoticeSent,
    UserStateLogged,
    VoiceActivity,
)
from contracts.room_event import (
    AgentState,
    AgentStateChanged,
    AssistantReady,
    ConversationEnded,
    EndReason,
    Notice,
    NoticeKind,
    Snapshot,
    UserState,
    UserStateChanged,
)

logger = structlog.get_logger(__name__)

GREETING_PATIENCE_S = 8.0
"""The timer starts by then at the latest, greeting or not."""
FAREWELL_S = 8.0


class Conversation:
    """Holds one conversation; `start` it, wait for `ended`, then `aclose` it.

    ``detector`` must be this conversation's own.
    """

    def __init__(
        self,
        setup: ConversationSetup,
        detector: SpeechDetector,
        *,
        log: ConversationLog,
        room: RoomChannel,
        clock: Clock | None = None,
    ) -> None:
        self.setup, self.detector, self.log, self.room = setup, detector, log, room
        self.clock = clock or Clock()
        self.ended: asyncio.Future[EndReason] = asyncio.get_running_loop().create_future()
        self.agent_state, self.user_state = AgentState.INITIALIZING, UserState.LISTENING
        self._tasks: set[asyncio.Task[None]] = set()
        self._long_turn: asyncio.TimerHandle | None = None
        self._heard: Playback | None = None
        self._ready = False
        self._closing = False
        self._hearing = Hearing(
            setup.model,
            last_turn=history.last_turn(setup.history),
            log=log,
            clock=self.clock,
            patience=setup.patience,
            on_failure=self._failed,
            on_apology=self.say,
            on_heard=self._expect_answer,
        )
        self.tools = self._offered_tools()
        self._synthesis = Synthesis(
            tts=setup.model.tts,
            harness=setup.harness,
            conn_options=setup.patience.conn_options,
            first_byte_s=setup.patience.tts_first_byte_s,
        )
        self._agent = VoiceAgent(
            instructions=instructions(setup.scenario, setup.model.spec),
            model=setup.model,
            hearing=self._hearing,
            on_failure=self._failed,
            synthesis=self._synthesis,
            patience=setup.patience,
            tools=self.tools.session_tools() if self.tools is not None else [],
            chat_ctx=history.chat_context(setup.history, setup.past_audio),
        )
        self.session: AgentSession[None] = new_session(detector, setup.patience)
        self._countdown = Countdown(
            limit_s=setup.time_limit_s,
            elapsed_s=setup.elapsed_s,
            monotonic=self.clock.monotonic,
            on_nearly_up=lambda: self.notify(NoticeKind.TIME_NEARLY_UP),
            on_up=self._time_is_up,
        )

    @property
    def remaining_s(self) -> float | None:
        """Conversation time left; None until the assistant is ready."""
        return self._countdown.remaining_s

    def snapshot(self) -> Snapshot:
        """Everything the page shows."""
        return Snapshot(
            agent_state=self.agent_state,
            user_state=self.user_state,
            remaining_s=self.remaining_s,
            tool_calls=self.tools.shown if self.tools is not None else (),
            report=self.tools.report if self.tools is not None else None,
        )

    async def start(self, audio_in: io.AudioInput, audio_out: io.AudioOutput) -> None:
        """Listen to ``audio_in``, speak to ``audio_out``, and greet."""
        self.detector.listener = Listener(
            on_started=self._speech_started, on_segment=self._speech_ended, on_ignored=self._speech_ignored
        )
        self.session.input.audio = audio_in
        self.session.output.audio = SpokenOutput(audio_out, on_first_frame=self._first_frame, on_played=self._played)
        self.session.on("agent_state_changed", self._agent_state_changed)
        self.session.on("user_state_changed", self._user_state_changed)
        self.session.on("conversation_item_added", self._item_added)
        self.session.on("function_tools_executed", self._tools_executed)
        self.session.on("error", self._provider_error)
        self.session.on("close", self._session_closed)
        await self.session.start(self._agent, record=False, session_host=False)
        gate_realtime_audio(self._agent, self.setup.model)
        self._own(self._open())

    def notify(self, kind: NoticeKind) -> None:
        """Show a notice and log it."""
        self.log.append(NoticeSent(kind=kind))
        self.room.publish(Notice(kind=kind))

    def say(self, line: Line, *, to_the_end: bool = False) -> SpeechHandle:
        """Say a line in the harness's own voice, after whatever is being said; ``to_the_end`` whoever speaks."""
        return self.session.say(HarnessText(line), audio=self._harness_frames(line), allow_interruptions=not to_the_end)

    def end(self, reason: EndReason) -> None:
        """The conversation is over: log it, tell the page, let `ended` be waited for. A second end changes nothing."""
        if self.ended.done():
            return
        self._closing = True
        self.log.append(Ended(reason=reason))
        self.room.publish(ConversationEnded(reason=reason))
        self.ended.set_result(reason)

    def leave(self, reason: EndReason) -> None:
        """Go without a word: the API has ended the conversation, or given it to another agent."""
        self._closing = True
        if not self.ended.done():
            self.ended.set_result(reason)

    async def aclose(self) -> None:
        """Stop everything this conversation started."""
        self._closing = True
        self._cancel_long_turn()
        await self._countdown.aclose()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.session.aclose()

    async def _open(self) -> None:
        """The agent speaks first, or picks up where the one before it was lost."""
        if self.setup.resumed:
            self._become_ready()
            self.notify(NoticeKind.AGENT_RETURNED)
            if history.awaits_answer(self.setup.history):
                self.session.generate_reply()
            else:
                self.say(Line.RETURNED)
            return
        if not self.setup.greet:
            self._become_ready()
            return
        if isinstance(self.setup.model.llm, llm.RealtimeModel):
            self.session.generate_reply(instructions=GREETING_CUE)
        else:
            self.session.generate_reply()
        await asyncio.sleep(GREETING_PATIENCE_S)
        self._become_ready()

    def _become_ready(self) -> None:
        if self._ready:
            return
        self._ready = True
        self._countdown.start()
        self.log.append(AssistantBecameReady())
        self.room.publish(AssistantReady(remaining_s=self.remaining_s or 0.0))

    async def _time_is_up(self) -> None:
        if self._closing:
            return
        self._closing = True
        if self.session.current_speech is not None:
            self.session.interrupt()
        farewell = self.say(Line.TIME_UP, to_the_end=True)
        try:
            async with asyncio.timeout(FAREWELL_S):
                await farewell.wait_for_playout()
        except TimeoutError:
            logger.warning("the farewell was not finished in time")
        self.end(EndReason.TIME_UP)

    # What the detector tells.

    def _speech_started(self) -> None:
        self.log.append(VoiceActivity(change="speech_started"))
        self._cancel_long_turn()
        self._long_turn = asyncio.get_running_loop().call_later(
            self.detector.turn_taking.long_turn_hint_s, self.notify, NoticeKind.LONG_TURN
        )

    def _speech_ended(self, segment: Segment) -> None:
        self._cancel_long_turn()
        self._hearing.add(segment)
        hand_over(self._agent, self.setup.model, segment.frame)
        self.log.append(VoiceActivity(change="speech_ended", speech_s=segment.speech_s, silence_s=segment.silence_s))

    def _speech_ignored(self, speech_s: float) -> None:
        self.log.append(VoiceActivity(change="ignored", speech_s=speech_s))

    def _cancel_long_turn(self) -> None:
        if self._long_turn is not None:
            self._long_turn.cancel()
            self._long_turn = None

    # What the session tells.

    def _agent_state_changed(self, event: AgentStateChangedEvent) -> None:
        state = AgentState.LISTENING if event.new_state == "idle" else AgentState(event.new_state)
        self.detector.assistant_speaking = state is AgentState.SPEAKING
        if state is self.agent_state:
            return
        self.agent_state = state
        self.log.append(AgentStateLogged(state=state))
        self.room.publish(AgentStateChanged(state=state))

    def _user_state_changed(self, event: UserStateChangedEvent) -> None:
        self.user_state = UserState(event.new_state)
        self.log.append(UserStateLogged(state=self.user_state))
        self.room.publish(UserStateChanged(state=self.user_state))
        # Away until they are heard: at most one notice until then.
        if self.user_state is UserState.AWAY and not self._closing:
            self.notify(NoticeKind.NO_AUDIO)

    def _item_added(self, event: ConversationItemAddedEvent) -> None:
        # The model is to remember what was heard, not what it meant to say.
        item = event.item
        if isinstance(item, llm.ChatMessage) and item.role == "assistant" and self._heard is not None:
            item.content = [self._heard.text]
            item.interrupted = item.interrupted or self._heard.interrupted
            self._heard = None

    def _tools_executed(self, event: FunctionToolsExecutedEvent) -> None:
        if self.tools is not None:
            for call, output in event.zipped():
                self.tools.note_unrun(call, output)

    def _provider_error(self, event: ErrorEvent) -> None:
        error = event.error
        component: Component
        match error.type:
            case "llm_error":
                component = "llm"
            case "tts_error":
                component = "tts"
            case "stt_error":
                component = "stt"
            case _:
                component = "realtime"
        if error.recoverable:
            self.log.append(provider_error(component, error.error, retryable=True))
        elif component == "realtime":
            self.say(self._failed(component, error.error))

    def _session_closed(self, event: CloseEvent) -> None:
        if not self._closing:
            logger.error("the session closed by itself", reason=str(event.reason))
            self.end(EndReason.TECHNICAL_FAILURE)

    # What the answers tell.

    def _first_frame(self, first: FrameTag) -> None:
        self._become_ready()
        if first.marks is not None and (delay := first.marks.delay()) is not None:
            self.log.append(delay)

    def _played(self, playback: Playback) -> None:
        self._heard = playback
        for part in playback.said:
            if text := part.text.strip():
                self.log.append(
                    AssistantTurn(turn=playback.turn, text=text, interrupted=playback.interrupted, spoken_by=part.voice)
                )

    def _failed(self, component: Component, error: BaseException) -> Line:
        """Record and show a provider's failure; the answer is what to say."""
        logged = provider_error(component, error, retryable=False)
        self.log.append(logged)
        notice = notice_for(logged)
        self.notify(notice)
        if component == "tts":
            return Line.VOICE_FAILED
        return Line.PROVIDER_TIMED_OUT if notice is NoticeKind.PROVIDER_TIMED_OUT else Line.PROVIDER_FAILED

    def _expect_answer(self, marks: TurnMarks) -> None:
        # Every other kind is watched where its answer is read; a realtime model's comes by itself, or does not.
        if isinstance(self.setup.model.llm, llm.RealtimeModel):
            loop = asyncio.get_running_loop()
            loop.call_later(self.setup.patience.first_token_s, self._miss_answer, marks)

    def _miss_answer(self, marks: TurnMarks) -> None:
        if not self._closing and marks is self._hearing.marks and not marks.answered:
            self.session.interrupt()
            self.say(self._failed("realtime", TimeoutError()))

    async def _harness_frames(self, line: Line) -> AsyncIterator[rtc.AudioFrame]:
        async def text() -> AsyncIterator[str]:
            yield HarnessText(line)

        async for part in speak(text(), self._synthesis):
            yield tag(part.frame, part.utterance, marks=None, turn=self._hearing.turn)

    def _offered_tools(self) -> OfferedTools | None:
        nothing = self.setup.tools is None and self.setup.web is None
        if nothing or not self.setup.model.spec.capabilities.tools:
            return None
        tools = OfferedTools(
            self.setup.tools,
            self.setup.web,
            log=self.log,
            room=self.room,
            clock=self.clock,
            turn=lambda: self._hearing.turn,
            marks=lambda: self._hearing.marks,
        )
        tools.resume(history.past_calls(self.setup.history))
        return tools

    def _own(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
