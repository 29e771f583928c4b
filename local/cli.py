"""The `earwitness` command."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from local.build.cache import BuildError
from local.launcher.demo import DemoError, DemoOptions, run_demo

_ELSEWHERE = {
    "scenarios": ("tools_sim.commands", "Write, check and import scenarios.", "pydantic"),
    "analysis": ("analysis.commands", "Which few items rank models, and what they say of people.", "matplotlib"),
}
"""Commands of other packages: their module, help, and a library without which their extra is not installed."""


app = typer.Typer(
    help="Real-time evaluation of voice agents by the people who talk with them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _earwitness() -> None:
    pass


@app.command()
def demo(
    port: Annotated[
        int | None, typer.Option(help="First of the five ports to use; by default the first free ones.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where data, secrets and logs stand; by default run/PORT.")
    ] = None,
    study: Annotated[Path | None, typer.Option(help="A study file instead of the demo study.", exists=True)] = None,
    max_conversations: Annotated[int, typer.Option(min=1, help="Conversations at once.")] = 4,
    ready_file: Annotated[Path | None, typer.Option(help="Written as JSON when everything is up.")] = None,
) -> None:
    """Run everything on this machine: no account, no key. Ctrl-C stops it."""
    try:
        run_demo(
            DemoOptions(
                port=port, folder=folder, study=study, max_conversations=max_conversations, ready_file=ready_file
            )
        )
    except (DemoError, BuildError) as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """Run a command; other packages' are imported when they are called, since the analysis takes seconds."""
    for name, (module, what, library) in _ELSEWHERE.items():
        called = sys.argv[1:2] == [name]
        if called and find_spec(library) is None:
            sys.exit(f"{name} is not installed: run `uv sync --extra {name}`")
        app.add_typer(import_module(module).app if called else typer.Typer(), name=name, help=what)
    app(prog_name="earwitness")
