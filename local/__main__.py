"""`python -m local`: the `earwitness` command."""

from local.cli import app

app(prog_name="earwitness")
