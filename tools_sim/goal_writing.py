"""Goal-oriented scenarios out of real conversations (HUMANS paper, G.8.1), in two stages and resumable.

A first model turns a conversation into a scenario, or rejects it; a second one, which may be the same, keeps and
improves the scenario, or drops it. Every outcome is one line of ``outcomes.jsonl`` in the folder: what stands there is
not asked again.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import yaml
from pydantic import ValidationError

from contracts.base import ScenarioId
from contracts.scenario import GoalOriented
from tools_sim.conversation_files import Conversation, useless
from tools_sim.speech_fitness import unspeakable
from tools_sim.speech_text import spoken_name, spoken_words

OUTCOMES = "outcomes.jsonl"

_FORM = """Answer with one JSON object and nothing else: {"reject": "why"} or {"title": "two to six words",
"description": "two or three sentences to the participant, as you", "goals": ["three to five short goals"],
"prompt": "one or two sentences that tell the assistant what the user wants"}."""

_TRANSFORM = f"""You turn what people once typed to a chat assistant into scenarios for a spoken conversation of ten
minutes with a voice assistant. A scenario is an everyday topic anybody can talk about without preparation, without a
screen, without reading text aloud and without personal data. Reject what needs code, files, long texts, special
knowledge, role play with persons, or what is sexual, violent, illegal or about real people. {_FORM}

Example. Typed: "give me a 3 day itinerary for lisbon, we like food and dont want to walk a lot". Answer:
{{"title": "Three days in Lisbon", "description": "You are going to Lisbon for three days with a friend. You like good
food and do not want to walk much.", "goals": ["Get a plan for each day", "Find two places to eat", "Learn how to get
around without much walking"], "prompt": "The user plans three days in Lisbon, likes food and does not want to walk
much."}}
Example. Typed: "fix this python function for me". Answer: {{"reject": "needs code"}}"""

_IMPROVE = f"""You are the editor of scenarios for spoken conversations with a voice assistant. Keep a scenario only
when anybody can talk about it for ten minutes without preparation, it has clear goals that a conversation can reach,
and it contains nothing that must be read, spelled or looked at. Improve its words: plain, friendly, short. {_FORM}"""


class Asked(Protocol):
    """What answers: a model, or something that stands for one."""

    def ask(self, system: str, question: str) -> str: ...


Stage = Literal["file", "transform", "filter", "duplicate", "written"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a conversation: the stage it ended at, and why."""

    conversation_id: str
    stage: Stage
    reason: str


@dataclass(slots=True)
class GoalWriter:
    """Writes scenarios into a folder. What is asked of the models is never more than was not asked before."""

    folder: Path
    transformer: Asked
    editor: Asked

    def write(self, conversations: Iterable[Conversation], *, at_most: int | None = None) -> Counter[tuple[Stage, str]]:
        """Work through the conversations until ``at_most`` scenarios were written; gives all outcomes in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        outcomes = read_outcomes(self.folder)
        done = {outcome.conversation_id for outcome in outcomes}
        titles = {spoken_name(path.stem) for path in self.folder.glob("*.yaml")}
        written = 0
        _end_last_line(self.folder / OUTCOMES)
        with (self.folder / OUTCOMES).open("a", encoding="utf-8") as log:
            for conversation in conversations:
                if at_most is not None and written >= at_most:
                    break
                if conversation.id in done:
                    continue
                outcome = self._one(conversation, titles)
                done.add(conversation.id)
                outcomes.append(outcome)
                written += outcome.stage == "written"
                log.write(json.dumps([outcome.conversation_id, outcome.stage, outcome.reason]) + "\n")
                log.flush()
        return Counter((outcome.stage, outcome.reason) for outcome in outcomes)

    def _one(self, conversation: Conversation, titles: set[str]) -> Outcome:
        if (why := useless(conversation)) is not None:
            return Outcome(conversation.id, "file", why)
        draft = _read_answer(self.transformer.ask(_TRANSFORM, f"Typed: {json.dumps(conversation.user_turns[0])}"))
        if isinstance(draft, str):
            return Outcome(conversation.id, "transform", draft)
        final = _read_answer(self.editor.ask(_IMPROVE, json.dumps(draft, ensure_ascii=False)))
        if isinstance(final, str):
            return Outcome(conversation.id, "filter", final)
        slug = "-".join(spoken_words(str(final.get("title", ""))))[:60].strip("-")
        if spoken_name(slug) in titles:
            return Outcome(conversation.id, "duplicate", "a scenario with this title is there")
        try:
            scenario = GoalOriented.model_validate({**final, "id": ScenarioId(slug)})
        except ValidationError as error:
            fields = sorted({str(detail["loc"][0]) for detail in error.errors() if detail["loc"]})
            return Outcome(conversation.id, "filter", f"malformed: {', '.join(fields)}")
        if not slug or any(unspeakable(text) for text in (scenario.title, scenario.description, *scenario.goals)):
            return Outcome(conversation.id, "filter", "hard to say")
        titles.add(spoken_name(slug))
        dumped = yaml.safe_dump(scenario.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=118)
        (self.folder / f"{slug}.yaml").write_text(dumped, encoding="utf-8")
        return Outcome(conversation.id, "written", slug)


def read_outcomes(folder: Path) -> list[Outcome]:
    """What became of each conversation so far; a line that a crash cut short counts as not written."""
    path = folder / OUTCOMES
    outcomes: list[Outcome] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            outcomes.append(Outcome(*json.loads(line)))
        except (json.JSONDecodeError, TypeError):
            continue
    return outcomes


def _end_last_line(path: Path) -> None:
    """So that what a crash cut short does not run into the next line."""
    if path.exists() and (text := path.read_text(encoding="utf-8")) and not text.endswith("\n"):
        path.write_text(text + "\n", encoding="utf-8")


def _read_answer(answer: str) -> Mapping[str, Any] | str:
    """The scenario's fields, or why there is none."""
    found = re.search(r"\{.*\}", answer, re.DOTALL)
    try:
        fields = json.loads(found[0]) if found else None
    except json.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        return "the model's answer is no JSON"
    if "reject" in fields:
        return str(fields["reject"])[:120]
    return {key: fields[key] for key in ("title", "description", "goals", "prompt") if key in fields}
