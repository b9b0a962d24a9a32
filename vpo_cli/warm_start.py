"""`vpo warm-start`: a warm-started tiny model, to train several agents from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from vpo_cli.common import EnvOption, ImportOption, app, console, import_modules, or_exit


@app.command(
    "warm-start",
    epilog="Examples: `vpo warm-start --env vpo/SupportSmall-v0 --out runs/start` · "
    "`vpo train PoolVPO --env vpo/SupportSmall-v0 --policy runs/start --out runs/pool`",
)
def warm_start_command(
    out: Annotated[Path, typer.Option(help="Folder of the model; --policy takes it.")],
    env: EnvOption = "vpo/MazeSmall-v0",
    steps: Annotated[int, typer.Option(help="Steps of supervised fine-tuning.", min=1)] = 600,
    candidates: Annotated[
        list[int] | None,
        typer.Option(help="Number of answers per completion to demonstrate; repeatable; default: 1, 3."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.", min=0)] = 0,
    import_: ImportOption = None,
) -> None:
    """Train a tiny model on an environment's demonstrations; agents train from the folder it writes."""
    from vpo_agent.common.progress import progress_track
    from vpo_agent.models.tiny import tiny_policy
    from vpo_agent.models.warm_starts import save_start
    from vpo_agent.tasks.source import task_source
    from vpo_agent.training.sft import warm_start

    import_modules(import_)
    sizes = sorted(set(candidates or (1, 3)))
    if sizes[0] < 1:
        raise typer.BadParameter(f"candidates={sizes[0]} must be at least 1")
    source = or_exit(lambda: task_source(env))
    policy = or_exit(lambda: tiny_policy(source, seed=seed, candidates=sizes[-1]))
    with progress_track("warm start", steps, True) as advance:
        loss = or_exit(
            lambda: warm_start(policy, source, steps=steps, sizes=sizes, seed=seed, on_step=advance)
        )
    made = {"steps": steps, "candidates": sizes, "seed": seed, "loss": round(loss, 4)}
    or_exit(lambda: save_start(policy, source, out, **made))
    console.print(escape(f"saved {out}, loss {loss:.3f} per token"), soft_wrap=True)
