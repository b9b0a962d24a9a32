"""`python -m vpo_cli`: the command line, also for torchrun and accelerate."""

from vpo_cli import main

main()
