"""``earwitness scenarios``: what an author of scenarios runs."""

import json
import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from contracts.base import ModelId
from contracts.scenario import GoalOriented, OpenChat, Scenario, ToolTask
from contracts.voice_model import ModelTable
from scenarios.library import ScenarioError, load_library, parse_scenario
from tools_sim.authoring import CHECKS, CheckReport, check_task
from tools_sim.bfcl_import import BfclError, import_entry, read_entries
from tools_sim.conversation_files import read_conversations
from tools_sim.goal_writing import GoalWriter
from tools_sim.text_model import TextModel, TextModelError

app = typer.Typer(help="Write, check and import scenarios.", no_args_is_help=True)
_console = Console()


@app.callback()
def _scenarios() -> None:
    """Write, check and import scenarios."""


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Scenario files; all of the library when none.")] = None,
    show: Annotated[bool, typer.Option(help="Show each scenario as the participant will see it.")] = False,
) -> None:
    """Run every reference run and its disturbances; exits with 1 when a scenario is not fit for use."""
    try:
        scenarios = _read(files or [])
    except ScenarioError as error:
        _console.print(escape(str(error)))
        raise typer.Exit(1) from error
    reports = [check_task(scenario) for scenario in scenarios if isinstance(scenario, ToolTask)]
    if show:
        for scenario in scenarios:
            _console.print(Panel(escape(_card(scenario)), title=escape(scenario.title), subtitle=escape(scenario.id)))
    _console.print(_table(reports))
    for report in reports:
        for finding in report.findings:
            _console.print(f"[red]{escape(report.task.id)}[/red] {finding.check}: {escape(finding.what)}")
    failed = sum(not report.passed for report in reports)
    _console.print(f"{len(reports)} tool tasks checked, {failed} not fit for use; {len(scenarios)} scenarios read.")
    if failed:
        raise typer.Exit(1)


@app.command(name="import-bfcl")
def import_bfcl(
    folder: Annotated[Path, typer.Argument(help="Folder with BFCL_v4_multi_turn_*.json and possible_answer/.")],
    out: Annotated[Path, typer.Option(help="Folder for the scenario files; made when it is not there.")],
    speech_only: Annotated[bool, typer.Option(help="Write only what is fit for speech.")] = False,
) -> None:
    """Turn BFCL multi-turn entries into scenarios with verification, and say which are fit for speech."""
    out.mkdir(parents=True, exist_ok=True)
    counts: Counter[tuple[str, str]] = Counter()
    reasons: list[dict[str, object]] = []
    try:
        for entry in read_entries(folder):
            imported = import_entry(entry)
            category = entry.id.rsplit("_", 1)[0]
            counts[category, "entries"] += 1
            counts[category, "verified"] += imported.task is not None
            counts[category, "fit for speech"] += imported.fit_for_speech
            reasons.append({"id": entry.id, "fit": imported.fit_for_speech, "hard_to_say": imported.hard_to_say})
            if imported.task is not None and (imported.fit_for_speech or not speech_only):
                dumped = imported.task.model_dump(mode="json")
                text = yaml.safe_dump(dumped, sort_keys=False, allow_unicode=True, width=118)
                (out / f"{imported.task.id}.yaml").write_text(text, encoding="utf-8")
    except BfclError as error:
        _console.print(escape(str(error)))
        raise typer.Exit(1) from error
    lines = "".join(json.dumps(reason, ensure_ascii=False) + "\n" for reason in reasons)
    (out / "import-report.jsonl").write_text(lines, encoding="utf-8")
    table = Table("category", "entries", "verified", "fit for speech")
    for category in sorted({name for name, _ in counts}):
        table.add_row(category, *(str(counts[category, what]) for what in ("entries", "verified", "fit for speech")))
    _console.print(table)
    _console.print(f"Why an entry is not fit for speech stands in {escape(str(out / 'import-report.jsonl'))}.")


@app.command()
def generate(
    files: Annotated[
        list[Path], typer.Argument(help="Conversations, JSON lines or parquet, as of LMSYS-Chat-1M or WildChat.")
    ],
    model: Annotated[str, typer.Option(help="Id of the model that turns conversations into scenarios.")],
    out: Annotated[Path, typer.Option(help="Folder for the scenarios; work is taken up where it stopped.")],
    editor: Annotated[str | None, typer.Option(help="Id of the model that filters and improves.")] = None,
    models: Annotated[Path, typer.Option(help="The table of models.")] = Path("models.yaml"),
    at_most: Annotated[int | None, typer.Option(min=1, help="Stop after so many new scenarios.")] = None,
) -> None:
    """Write goal-oriented scenarios out of real conversations, and report what was rejected and why."""
    try:
        specs = {spec.id: spec for spec in ModelTable.model_validate(yaml.safe_load(models.read_text())).models}
        if unknown := [name for name in (model, editor or model) if name not in specs]:
            raise TextModelError(f"{models} has no model {unknown[0]!r}", retryable=False)
        first = TextModel(specs[ModelId(model)], os.environ)
        second = TextModel(specs[ModelId(editor or model)], os.environ)
        conversations = (conversation for file in files for conversation in read_conversations(file))
        with closing(first), closing(second):
            outcomes = GoalWriter(out, first, second).write(conversations, at_most=at_most)
    except (TextModelError, ValueError, OSError) as error:
        _console.print(escape(str(error)))
        raise typer.Exit(1) from error
    table = Table("stage", "why", "conversations", title="What became of the conversations")
    written = sum(count for (stage, _), count in outcomes.items() if stage == "written")
    table.add_row("written", "", str(written))
    for (stage, reason), count in sorted(outcomes.items(), key=lambda pair: (pair[0][0], -pair[1])):
        if stage != "written":
            table.add_row(stage, escape(reason), str(count))
    _console.print(table)


def _read(files: list[Path]) -> list[Scenario]:
    if not files:
        return list(load_library().values())
    read: list[Scenario] = []
    for file in files:
        paths = sorted(file.rglob("*.yaml")) if file.is_dir() else [file]
        for path in paths:
            try:
                text = path.read_text(encoding="utf-8")
            except OSError as error:
                raise ScenarioError(f"{path}: {error.strerror}") from error
            read.append(parse_scenario(text, source=str(path)))
    return read


def _table(reports: list[CheckReport]) -> Table:
    table = Table("check", "runs", "not as they should be", "scenarios failing", title="Tool tasks")
    for name in ("loads", *CHECKS):
        findings = [finding for report in reports for finding in report.findings if finding.check == name]
        failing = sum(any(finding.check == name for finding in report.findings) for report in reports)
        runs = sum(report.tried.get(name, 0) for report in reports) if name != "loads" else len(reports)
        table.add_row(name, str(runs), str(len(findings)), str(failing))
    return table


def _card(scenario: Scenario) -> str:
    if isinstance(scenario, OpenChat):
        return scenario.description
    if isinstance(scenario, GoalOriented):
        return "\n".join([scenario.description, "", *(f"  - {goal}" for goal in scenario.goals)])
    lines = [f"Goal: {scenario.goal}"]
    if scenario.identity is not None:
        known = [f"{label}: {value}" for label, value in scenario.identity.credentials.items()]
        lines.append(", ".join([f"You are {scenario.identity.name}", *known]))
    lines += ["", scenario.situation, "", *(f"  - {detail}" for detail in scenario.key_details), ""]
    lines += [f"  {number}. {step}" for number, step in enumerate(scenario.steps, start=1)]
    if scenario.note:
        lines += ["", f"Note: {scenario.note}"]
    return "\n".join(lines)
