"""What the documentation promises to hold."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"


def test_every_setting_that_a_process_reads_is_documented() -> None:
    sources = [path for package in ("agent", "api", "local") for path in (REPOSITORY / package).rglob("*.py")]
    read = {name for path in sources for name in re.findall(r'"(EARWITNESS_[A-Z_]+[A-Z])"', path.read_text())}
    documented = set(re.findall(r"`([A-Z_]+)`", (DOCS / "settings.md").read_text()))
    assert len(read) > 20
    assert sorted(read - documented) == []


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [REPOSITORY / "README.md", *DOCS.rglob("*.md")]
    links = [(page, target) for page in pages for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())]
    assert [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()] == []


def test_every_test_that_a_decision_names_exists() -> None:
    records = list((DOCS / "decisions").glob("*.md"))
    named = [(record, path) for record in records for path in re.findall(r"`(tests/[\w/.]+)`", record.read_text())]
    assert named
    assert [f"{record.name}: {path}" for record, path in named if not (REPOSITORY / path).exists()] == []


def test_a_decision_is_at_most_60_lines() -> None:
    assert [r.name for r in (DOCS / "decisions").glob("*.md") if len(r.read_text().splitlines()) > 60] == []


def test_every_target_that_the_readme_names_is_in_the_makefile() -> None:
    named = set(re.findall(r"`?make ([a-z][a-z-]*)", (REPOSITORY / "README.md").read_text()))
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert named - targets == set()
