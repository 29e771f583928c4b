"""How the library's session is set up for an evaluation: the same for every model."""

from dataclasses import dataclass
from typing import Any

from livekit.agents import AgentSession, APIConnectOptions
from livekit.agents.voice.agent_session import SessionConnectOptions

from agent.turns.detector import SpeechDetector

MAX_TOOL_STEPS = 20
"""The library's 3 would forbid tools in the middle of a task."""
INTERRUPTION_S = 0.5


@dataclass(frozen=True, slots=True)
class ProviderPatience:
    """How long a provider may be silent before it has failed, in seconds."""

    first_token_s: float = 20.0
    next_token_s: float = 10.0
    tts_first_byte_s: float = 10.0
    stt_s: float = 15.0
    request_s: float = 30.0
    max_retry: int = 1
    retry_interval_s: float = 0.5

    @property
    def conn_options(self) -> APIConnectOptions:
        return APIConnectOptions(max_retry=self.max_retry, retry_interval=self.retry_interval_s, timeout=self.request_s)


def new_session(detector: SpeechDetector, patience: ProviderPatience) -> AgentSession[None]:
    """A session that takes turns by our detector alone, never guesses, never retries a false interruption, and is not
    closed by a failing provider."""
    turn_handling: Any = {
        "turn_detection": "vad",
        "endpointing": {"min_delay": 0.0, "max_delay": 0.0},
        "interruption": {
            "mode": "vad",
            "min_duration": INTERRUPTION_S,
            "resume_false_interruption": False,
        },
        "preemptive_generation": {"enabled": False},
    }
    return AgentSession(
        vad=detector,
        turn_handling=turn_handling,
        max_tool_steps=MAX_TOOL_STEPS,
        # Transforms would rebuild the text and lose the audio that it carries.
        tts_text_transforms=None,
        # Deaf to interruptions in the first three seconds of speech otherwise.
        aec_warmup_duration=None,
        user_away_timeout=detector.turn_taking.user_away_s,
        conn_options=SessionConnectOptions(
            llm_conn_options=patience.conn_options,
            tts_conn_options=patience.conn_options,
            stt_conn_options=patience.conn_options,
            max_unrecoverable_errors=1_000_000,
        ),
    )
