"""``earwitness scenarios``: what an author of scenarios runs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from contracts.scenario import GoalOriented, OpenChat, Scenario, ToolTask
from scenarios.library import ScenarioError, load_library, parse_scenario
from tools_sim.authoring import CHECKS, CheckReport, check_task

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
