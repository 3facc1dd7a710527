"""`python -m pipeline`: the same as `prikaz`."""

from pipeline.cli import main

main()
