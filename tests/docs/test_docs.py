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
    broken = []
    for page in [REPOSITORY / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_every_test_that_a_decision_names_exists() -> None:
    missing = []
    for record in (DOCS / "decisions").glob("*.md"):
        for path in re.findall(r"`(tests/[\w/.]+)`", record.read_text()):
            if not (REPOSITORY / path).exists():
                missing.append(f"{record.name}: {path}")
    assert missing == []


def test_a_decision_is_at_most_60_lines() -> None:
    assert [r.name for r in (DOCS / "decisions").glob("*.md") if len(r.read_text().splitlines()) > 60] == []


def test_every_target_that_the_readme_names_is_in_the_makefile() -> None:
    named = set(re.findall(r"`?make ([a-z][a-z-]*)", (REPOSITORY / "README.md").read_text()))
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert named - targets == set()
