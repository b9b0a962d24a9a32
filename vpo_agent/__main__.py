"""`python -m vpo_agent`: the command line, also for torchrun and accelerate."""

from vpo_agent.cli import main

main()
