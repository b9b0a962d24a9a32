"""`vpo warm-start`: a warm-started model, to train several agents from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from vpo_agent.models.names import TINY
from vpo_cli.common import EnvOption, ImportOption, app, console, import_modules, or_exit
from vpo_cli.paths import check_folder

if TYPE_CHECKING:
    from vpo_agent.models.policy import Policy
    from vpo_agent.tasks.source import TaskSource


@app.command(
    "warm-start",
    epilog="Examples: `vpo warm-start --env vpo/SupportSmall-v0 --out runs/start` · "
    "`vpo train PoolVPO --env vpo/SupportSmall-v0 --policy runs/start --out runs/pool` · "
    "`vpo warm-start --policy smollm2 --env vpo/SupportEasy-v0 --steps 40 --num-candidates 1 "
    "--out runs/start`",
)
def warm_start_command(
    out: Annotated[Path, typer.Option(help="Folder of the model; --policy takes it.")],
    env: EnvOption = "vpo/MazeSmall-v0",
    steps: Annotated[int, typer.Option(help="Steps of supervised fine-tuning.", min=1)] = 600,
    policy: Annotated[str, typer.Option(help="`tiny`, `smollm2`, a GGUF file, a folder or hub name.")] = TINY,
    num_candidates: Annotated[
        list[int] | None,
        typer.Option(help="Number of answers per completion to demonstrate; repeatable; default: 1, 3."),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Peak learning rate; default: by the size of the model.")
    ] = None,
    lora_rank: Annotated[
        int, typer.Option(help="Rank of adapters, trained instead of the weights; 0: none.", min=0)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.", min=0)] = 0,
    import_: ImportOption = None,
) -> None:
    """Train a model on an environment's demonstrations; agents train from the folder it writes.

    After an interruption, the same command resumes within a minute of where it was.
    """
    import torch

    from vpo_agent.common.progress import progress_track
    from vpo_agent.models.warm_starts import save_start
    from vpo_agent.tasks.source import task_source
    from vpo_agent.training.sft import warm_start
    from vpo_agent.training.warm_start_state import WARM_START_STATE

    import_modules(import_)
    or_exit(lambda: check_folder("--out", out))
    sizes = sorted(set(num_candidates or (1, 3)))
    if sizes[0] < 1:
        raise typer.BadParameter(f"num_candidates={sizes[0]} must be at least 1")
    if policy == TINY and lora_rank:
        raise typer.BadParameter(
            f"lora_rank={lora_rank}: a tiny policy has no weights worth keeping; leave it out"
        )
    source = or_exit(lambda: task_source(env))
    made: dict[str, Any] = {
        "steps": steps,
        "candidates": sizes,
        "seed": seed,
        # Also where they are None: a start that was made with them is another one.
        "learning_rate": learning_rate,
        "model": None if policy == TINY else policy,
        "lora_rank": None if policy == TINY else lora_rank,
    }
    if or_exit(lambda: _is_finished(out, source, made)):
        console.print(escape(f"{out} holds this start already"), soft_wrap=True)
        return
    learner = or_exit(lambda: _start(policy, source, seed, sizes[-1], lora_rank))
    with progress_track("warm start", steps, True) as advance:
        loss = or_exit(
            lambda: warm_start(
                learner,
                source,
                steps=steps,
                sizes=sizes,
                learning_rate=learning_rate,
                seed=seed,
                on_step=advance,
                path=out / WARM_START_STATE,
            )
        )
    made = {name: value for name, value in made.items() if value is not None}
    made["loss"] = round(loss, 4)
    dtype = torch.bfloat16 if policy == TINY else None
    or_exit(lambda: save_start(learner, source, out, dtype, **made))
    (out / WARM_START_STATE).unlink(missing_ok=True)
    console.print(escape(f"saved {out}, loss {loss:.3f} per token"), soft_wrap=True)


def _is_finished(out: Path, source: TaskSource, made: dict[str, Any]) -> bool:
    """Returns whether the folder holds this very start.

    Raises:
        ValueError: If it holds another one, or other files.
    """
    from vpo_agent.common.lock import lock_file
    from vpo_agent.common.settings import refuse_differences
    from vpo_agent.models.warm_starts import START, environment_digest
    from vpo_agent.training.warm_start_state import WARM_START_STATE

    unfinished = out / WARM_START_STATE
    if unfinished.exists() or not out.exists() or not {*out.iterdir()} - {lock_file(unfinished)}:
        return False
    try:
        before = dict(json.loads((out / START).read_text()))
    except (OSError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"out={str(out)!r} holds other files; choose another --out") from error
    made = {"env": source.env_id, "environment": environment_digest(source), **made}
    refuse_differences(before, made, f"out={str(out)!r} holds another start:", "choose another --out")
    return True


def _start(policy: str, source: TaskSource, seed: int, candidates: int, lora_rank: int) -> Policy:
    """Returns the policy before its warm start."""
    from vpo_agent.models.policy import Policy
    from vpo_agent.models.tiny import tiny_policy

    if policy == TINY:
        return tiny_policy(source, seed=seed, candidates=candidates)
    return Policy.from_pretrained(policy, lora_rank=lora_rank, seed=seed)
