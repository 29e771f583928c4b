"""A researcher uploads a subset in a real browser, by keyboard, and reads what the study's ratings say of it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.db.database import Database
from api.db.migrate import upgrade
from tests.api.house import PASSWORD, MovedClock
from tests.api.study_ratings import FEEDBACK, MODELS, rate, rising, subset_file
from tests.api.test_restart import Server
from tests.e2e.browser import chromium_page, press, tab_to
from tests.e2e.stack import REPOSITORY

pytestmark = pytest.mark.e2e


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The API with the built page, over a record in which seven models are rated."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"

    async def prepare() -> Server:
        database = Database(url)
        await upgrade(database)
        await rate(database, MovedClock(), rising(MODELS[:7]))
        await database.aclose()
        started = Server(tmp_path, url, EARWITNESS_WEB_DIST=str(REPOSITORY / "web" / "dist"))
        await started.start()
        return started

    started = asyncio.run(prepare())
    yield started
    started.kill()


def test_a_subset_becomes_human_weights_with_a_verdict(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "twelve-items.json"
    file.write_text(subset_file())
    with chromium_page() as page:
        page.goto(f"{server.url}/researcher/weights")
        password = page.get_by_label("Password")
        password.wait_for()
        tab_to(page, lambda: bool(password.evaluate("box => box === document.activeElement")), "password")
        page.keyboard.type(PASSWORD)
        press(page, "Sign in")
        page.get_by_role("heading", name="No subset yet").wait_for()
        with page.expect_file_chooser() as chooser:
            press(page, "Choose a file")
        chooser.value.set_files(file)
        page.get_by_text("“twelve-items” was added.").wait_for(timeout=60_000)
        press(page, "twelve-items", role="link")
        page.get_by_role("heading", name="twelve-items").wait_for()
        page.get_by_text("With 7 models").wait_for(timeout=60_000)
        newcomers = page.get_by_role("region", name="Models that nobody rated").locator("tbody th").all_inner_texts()
        with page.expect_download() as download:
            press(page, "Download the human subset (JSON)", role="link")
        human_subset = json.loads(download.value.path().read_text())
        shown = page.content()
    assert sorted(newcomers) == sorted(MODELS[7:])
    assert len(human_subset["items"]) == 12
    assert human_subset["subset"] == json.loads(subset_file())
    assert FEEDBACK not in shown
