"""Everything a conversation is made of, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.interface import VoiceModel
from agent.session.harness_voice import HarnessVoice
from agent.session.options import ProviderPatience
from agent.session.ports import CallableTools, SlowTools
from contracts.brief import PastItem
from contracts.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ConversationSetup:
    """A conversation to be held; turn-taking is the detector's."""

    model: VoiceModel
    scenario: Scenario
    harness: HarnessVoice
    tools: CallableTools | None = None
    """Of the task."""
    web: SlowTools | None = None
    """Offered to every model that can call functions, whatever the scenario."""
    time_limit_s: float = 600.0
    elapsed_s: float = 0.0
    """Used up before this agent came."""
    history: tuple[PastItem, ...] = ()
    past_audio: Mapping[int, bytes] = field(default_factory=dict)
    """Wav files of earlier user turns."""
    resumed: bool = False
    """This agent follows one that was lost."""
    greet: bool = True
    patience: ProviderPatience = field(default_factory=ProviderPatience)
