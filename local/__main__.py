"""`python -m local`: the `earwitness` command."""

from local.cli import main

main()
