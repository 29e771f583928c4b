"""BFCL entries become tasks that their own ground truth completes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts.scenario import ToolMode, ToolTask
from scenarios.library import parse_scenario
from tools_sim.authoring import check_task
from tools_sim.bfcl_import import BfclError, import_entry, parse_call, read_entries
from tools_sim.commands import app
from tools_sim.domains.table import DOMAINS

_SPOKEN = {
    "id": "multi_turn_base_1",
    "question": [
        [{"role": "user", "content": "Send a message to Jane that dinner is ready, please."}],
        [{"role": "user", "content": "Show me all messages I have sent."}],
    ],
    "initial_config": {
        "MessageAPI": {
            "user_count": 2,
            "user_map": {"John": "USR001", "Jane": "USR002"},
            "inbox": [{"USR001": "Are you hungry?"}],
            "message_count": 1,
            "current_user": "USR001",
            "random_seed": 200191,
        }
    },
    "involved_classes": ["MessageAPI"],
    "path": [],
}
_TYPED = {
    "id": "multi_turn_base_2",
    "question": [[{"role": "user", "content": "Book SFO to LAX, then cancel it; token abc123xyz."}]],
    "initial_config": {
        "TravelAPI": {
            "access_token": "abc123xyz",
            "credit_card_list": {"card_1": {"card_number": "1", "balance": 9000}},
        }
    },
    "involved_classes": ["TravelAPI"],
    "path": [],
}
_BOOK = (
    "book_flight('abc123xyz', 'card_1', travel_date='2026-05-10', travel_from='SFO', travel_to='LAX', "
    "travel_class='economy')"
)
_TRUTH = {
    "multi_turn_base_1": [
        ["get_user_id(user='Jane')", "send_message(receiver_id='USR002', message='The dinner is ready now')"],
        ["view_messages_sent()", "view_messages_sent()", "get_user_id(user='Nobody')"],
    ],
    "multi_turn_base_2": [[_BOOK, "cancel_booking(access_token='abc123xyz', booking_id='3426812')"]],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "possible_answer").mkdir()
    name = "BFCL_v4_multi_turn_base.json"
    (tmp_path / name).write_text("\n".join(map(json.dumps, (_SPOKEN, _TYPED))))
    truth = [json.dumps({"id": entry_id, "ground_truth": turns}) for entry_id, turns in _TRUTH.items()]
    (tmp_path / "possible_answer" / name).write_text("\n".join(truth))
    return tmp_path


def _tasks(folder: Path) -> dict[str, ToolTask]:
    imported = [import_entry(entry) for entry in read_entries(folder)]
    return {one.entry_id: one.task for one in imported if one.task is not None}


def test_an_entry_that_can_be_said_becomes_a_task_in_voice_mode_that_passes_every_check(folder: Path) -> None:
    task = _tasks(folder)["multi_turn_base_1"]
    assert task.mode is ToolMode.VOICE
    assert check_task(task).findings == ()
    assert task.steps == tuple(turn[0]["content"] for turn in _SPOKEN["question"])  # type: ignore[index]


def test_failed_and_repeated_reading_calls_of_the_truth_are_left_out(folder: Path) -> None:
    task = _tasks(folder)["multi_turn_base_1"]
    assert [call.function for call in task.reference_run] == ["get_user_id", "send_message", "view_messages_sent"]


def test_an_entry_with_codes_stays_in_faithful_mode_and_says_why(folder: Path) -> None:
    imported = {one.entry_id: one for one in map(import_entry, read_entries(folder))}["multi_turn_base_2"]
    assert not imported.fit_for_speech
    assert "letters mixed with digits 'abc123xyz'" in imported.hard_to_say
    assert imported.task is not None
    assert imported.task.mode is ToolMode.FAITHFUL


def test_a_number_that_a_generator_made_is_taken_from_the_call_that_made_it(folder: Path) -> None:
    task = _tasks(folder)["multi_turn_base_2"]
    assert task.reference_run[1].arguments["booking_id"] == "@book_flight.booking_id"
    assert check_task(task).findings == ()


def test_positional_arguments_get_their_names_and_code_is_not_run() -> None:
    tools = DOMAINS["travel"].tools()
    assert parse_call(_BOOK, tools).arguments["card_id"] == "card_1"
    for bad in ("book_flight(access_token=open('x'))", "no_such()", "1 + 1", "cd('"):
        with pytest.raises(BfclError):
            parse_call(bad, tools)


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BfclError, match="BFCL"):
        list(read_entries(tmp_path))


def test_the_commands_write_scenarios_that_can_be_checked_and_report_why_others_are_not_fit(
    folder: Path, tmp_path: Path
) -> None:
    runner = CliRunner()
    out = tmp_path / "out"
    result = runner.invoke(app, ["import-bfcl", str(folder), "--out", str(out), "--speech-only"])
    assert result.exit_code == 0, result.output
    written = list(out.glob("*.yaml"))
    assert [parse_scenario(path.read_text(), source=path.name).id for path in written] == ["bfcl-multi-turn-base-1"]
    report: list[dict[str, Any]] = [json.loads(line) for line in (out / "import-report.jsonl").read_text().splitlines()]
    assert [line["fit"] for line in report] == [True, False]
    assert runner.invoke(app, ["check", str(out), "--show"]).exit_code == 0
    written[0].write_text(written[0].read_text().replace("function: view_messages_sent", "function: list_users"))
    assert runner.invoke(app, ["check", str(out)]).exit_code == 1
