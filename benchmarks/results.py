"""What every benchmark does with its figures: print a table, and keep them as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).parent / "results"


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; the first column is the name of the row."""
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*row)
    Console(width=140).print(table)


def keep(name: str, figures: Mapping[str, JsonValue]) -> Path:
    """Write ``results/<name>.json`` with the machine's kind and the date."""
    machine: dict[str, JsonValue] = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }
    path = FOLDER / f"{name}.json"
    whole = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "on": machine, **figures}
    path.write_text(json.dumps(whole, indent=2) + "\n")
    return path
