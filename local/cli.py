"""The `earwitness` command."""

from pathlib import Path
from typing import Annotated

import typer

from local.build.cache import BuildError
from local.launcher.demo import DemoError, DemoOptions, run_demo
from tools_sim.commands import app as scenarios

app = typer.Typer(
    help="Real-time evaluation of voice agents by the people who talk with them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


app.add_typer(scenarios, name="scenarios")


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
