"""Entry point `python -m vpo_cli`, also for torchrun and accelerate."""

from vpo_cli import main

main()
