"""The scenarios that come with Earwitness: how many, what for, and that each is fit for use."""

from collections import Counter

import pytest

from contracts.scenario import GoalOriented, OpenChat, Scenario, ToolTask
from scenarios.library import ScenarioError, load_library, parse_scenario
from tools_sim.authoring import check_task

_TASKS = [scenario for scenario in load_library().values() if isinstance(scenario, ToolTask)]


def test_the_forty_tool_tasks_stand_in_the_papers_numbers() -> None:
    assert Counter(task.domains[0] for task in _TASKS) == {
        "calendar": 5,
        "shopping": 5,
        "travel": 8,
        "social_media": 5,
        "smart_home": 1,
        "filesystem": 7,
        "messaging": 5,
        "job_search": 4,
    }


def test_there_are_at_least_sixty_goal_oriented_scenarios_and_no_title_twice() -> None:
    scenarios = list(load_library().values())
    assert sum(isinstance(scenario, GoalOriented) for scenario in scenarios) >= 60
    assert any(isinstance(scenario, OpenChat) for scenario in scenarios)
    titles = Counter(scenario.title for scenario in scenarios)
    assert [title for title, count in titles.items() if count > 1] == []


def test_the_library_is_read_in_a_fixed_order_and_cannot_be_changed() -> None:
    library = load_library()
    assert list(library) == list(load_library())
    with pytest.raises(TypeError):
        library["new"] = next(iter(library.values()))  # type: ignore[index]


@pytest.mark.parametrize("task", _TASKS, ids=lambda task: task.id)
def test_a_tool_task_passes_every_check_of_the_authors_tool(task: ToolTask) -> None:
    report = check_task(task)
    assert report.findings == ()
    assert report.tried["reference run passes"] > 0


@pytest.mark.parametrize("text", ["category: [", "category: goal_oriented\nid: x\ntitle: t"])
def test_a_file_that_is_no_scenario_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"broken\.yaml"):
        parse_scenario(text, source="broken.yaml")


def _changed(task: ToolTask, **verification: object) -> ToolTask:
    return task.model_copy(update={"verification": task.verification.model_copy(update=verification)})


def _task(name: str) -> ToolTask:
    scenario: Scenario = next(task for task in _TASKS if task.id == name)
    assert isinstance(scenario, ToolTask)
    return scenario


@pytest.mark.parametrize(
    ("spoiled", "check"),
    [
        (
            _task("files-homework").model_copy(update={"reference_run": _task("files-homework").reference_run[:3]}),
            "reference run passes",
        ),
        (_changed(_task("files-homework"), may_change=()), "reference run passes"),
        (
            _changed(_task("jobs-better-offer"), required=_task("jobs-better-offer").verification.required[:1]),
            "each call is needed",
        ),
        (_task("jobs-better-offer").model_copy(update={"steps": ("Say the code AB12CD",)}), "card can be spoken"),
        (
            _task("jobs-better-offer").model_copy(update={"initial_state": {"job_search": {"joobs": {}}}}),
            "state is known",
        ),
        (_task("jobs-better-offer").model_copy(update={"domains": ("no_such",)}), "loads"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_authors_tool_refuses_a_spoiled_scenario(spoiled: ToolTask, check: str) -> None:
    assert check in {finding.check for finding in check_task(spoiled).findings}
