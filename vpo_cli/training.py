"""`vpo train`: training of one agent."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from vpo_agent.common.parsing import read_setting
from vpo_agent.models.names import TINY, TINY_WARM
from vpo_cli.common import EnvOption, ImportOption, app, console, exit_with, import_modules, or_exit
from vpo_cli.config_file import SEVERAL
from vpo_cli.paths import check_folder

if TYPE_CHECKING:
    from vpo_agent.agents.base import Agent

RUN = "run.json"  # the arguments of the training run


@app.command(
    epilog="Examples: `vpo train VPO --env vpo/MazeSmall-v0 --steps 100 --out runs/vpo` · "
    "`vpo train PoolVPO --env vpo/MazeSmall-v0 --set pool_size=4 --out runs/pool` · "
    "`vpo train VPO --policy Qwen/Qwen3-1.7B --env vpo/Maze-v0 --set lora_rank=16 --out runs/qwen` · "
    "`torchrun --nproc_per_node 2 -m vpo_cli train VPO --env vpo/MazeSmall-v0 --out runs/two`"
)
def train(
    context: typer.Context,
    agent: Annotated[str, typer.Argument(help="VPO, PoolVPO, GRPO ...; see docs/agents.md.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; a second call with it resumes.")],
    env: EnvOption = "vpo/MazeSmall-v0",
    policy: Annotated[
        str,
        typer.Option(help="`tiny`, `tiny-warm`, `smollm2`, a GGUF file, a folder or hub name."),
    ] = TINY,
    turns: Annotated[
        int, typer.Option(help="Turns per episode; later turns show earlier answers and feedback.", min=1)
    ] = 1,
    steps: Annotated[int, typer.Option(help="Training steps.", min=0)] = 100,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.", min=0)] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting of the agent, setting=value; repeatable.")
    ] = None,
    checkpoint_every: Annotated[
        int,
        typer.Option(help="Training steps between checkpoints; slow ones: every 10 minutes."),
    ] = 25,
    log: Annotated[
        str,
        typer.Option(
            metavar=f"NAME{SEVERAL}", help="Outputs, separated by commas: csv, json, tensorboard, wandb."
        ),
    ] = "csv,json",
    completions_every: Annotated[
        int, typer.Option(help="Training steps between two logged tables of completions; 0: none.", min=0)
    ] = 25,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda ...")] = "auto",
    import_: ImportOption = None,
) -> None:
    """Train an agent; after an interruption, the same command resumes from the latest checkpoint.

    More --steps continue a finished run. How it is logged and saved may change; every other change needs
    another --out.
    """
    from baselines.registry import AgentSpec, agent_class
    from vpo_agent import Agent, CheckpointCallback
    from vpo_agent.agents.checkpoint import furthest
    from vpo_agent.agents.completions import CompletionsCallback
    from vpo_agent.agents.interruption import interruption
    from vpo_agent.common import distributed
    from vpo_agent.common.atomic_io import write_atomically
    from vpo_agent.common.logger import check_formats, configure, forget_after, start_wandb
    from vpo_agent.tasks.source import make_env

    import_modules(import_)
    or_exit(lambda: check_folder("--out", out))
    if "@" in agent:
        exit_with(f"agent={agent!r}: a label has no meaning here, give {agent.partition('@')[2]!r}")
    named = or_exit(lambda: AgentSpec.parse(agent))
    own = or_exit(lambda: dict(map(read_setting, settings or [])))
    spec = AgentSpec(named.agent, named.agent, {**named.settings, **own})
    kind = agent_class(spec.agent)
    if not issubclass(kind, Agent):
        exit_with(f"agent={spec.agent!r} has nothing to train; it takes part in `vpo bench`")
    formats = [name.strip() for name in log.split(",") if name.strip()]
    or_exit(lambda: check_formats(formats))  # before a model is loaded
    saver = or_exit(lambda: CheckpointCallback(out / "checkpoints", every=checkpoint_every))
    if "seed" in spec.settings:
        exit_with("--set seed=...: give --seed instead")
    start = {
        "agent": spec.agent,
        "env": env,
        "turns": turns,
        "policy": policy,
        "seed": seed,
        "settings": spec.settings,
    }
    or_exit(lambda: _same_run(out, start))
    made = or_exit(lambda: make_env(env, **({"max_turns": turns} if turns > 1 else {})))
    if distributed.is_main():
        or_exit(lambda: _hold(out, context))

    def kept() -> list[Path]:
        return [*out.glob("checkpoints/step-*"), out / "agent"]

    latest = or_exit(lambda: furthest(kept()))
    if latest is None:
        learner = or_exit(lambda: kind(policy, made, seed=seed, device=device, **spec.settings))
    else:
        console.print(f"going on from {escape(str(latest))}")
        learner = or_exit(lambda: kind.load(latest, made, device=device))
    if "wandb" in formats and distributed.is_main():
        or_exit(lambda: start_wandb(out, start))
    learner.set_logger(or_exit(lambda: configure(out, formats)))
    callbacks = [saver, *([CompletionsCallback(completions_every)] if completions_every else [])]
    if distributed.is_main():
        or_exit(lambda: forget_after(out, learner.num_updates))
        or_exit(lambda: write_atomically(out / RUN, json.dumps(start, indent=2) + "\n"))
    if latest is None and policy not in (TINY, TINY_WARM) and distributed.is_main():
        _print_memory(learner)
    _warn_of_threads(learner)
    left = steps * learner.config.answers_per_step * learner.source.max_turns - learner.num_timesteps
    try:
        or_exit(lambda: learner.warm_start(progress_bar=True, path=saver.warm_start_path))
        if left <= 0 < learner.num_updates:
            console.print(f"it has {learner.num_updates} steps already; more --steps go on with it")
        if left > 0:
            with interruption(saver, console.print) as end:
                callbacks.append(end)
                or_exit(lambda: learner.learn(left, callbacks, progress_bar=True, reset_num_timesteps=False))
            if end.requested is not None:
                exit_with(f"interrupted; {_resumption(furthest(kept()))}", code=128 + end.requested)
    except KeyboardInterrupt:
        exit_with(f"interrupted; {_resumption(furthest(kept()))}", code=130)
    or_exit(lambda: learner.save(out / "agent"))
    saved = shlex.quote(str(out / "agent"))
    imports = "".join(f" --import {module}" for module in import_ or ())
    console.print(escape(f"saved {saved}; measure it with: vpo eval {saved}{imports}"), soft_wrap=True)


def _hold(out: Path, context: typer.Context) -> None:
    """Takes the lock of the run's folder until the command ends; a folder that stays empty is removed."""
    from vpo_agent.common.atomic_io import clear_leftovers, explained
    from vpo_agent.common.lock import sole_writer

    if not out.exists():
        with explained(out):
            out.mkdir(parents=True, exist_ok=True)
        context.call_on_close(lambda: None if any(out.iterdir()) else out.rmdir())
    context.with_resource(sole_writer(out))
    clear_leftovers(out)


def _resumption(latest: Path | None) -> str:
    """Describes what the same command does after an interruption."""
    if latest is None:
        return "no checkpoint has been written yet, so the same command starts from the beginning"
    return f"the same command resumes from {latest}"


def _print_memory(learner: Agent) -> None:
    """Prints the estimated memory of the training, and remedies if less is free."""
    from vpo_agent.agents.memory import estimate_training, free_bytes

    needed = or_exit(lambda: estimate_training(learner.policy, learner.config, learner.source))
    console.print(f"memory: about {needed}", soft_wrap=True)
    free = free_bytes(learner.policy.device)
    if needed.total - needed.weights > free:
        console.print(
            f"[yellow]only {free / 1e9:.2f} GB are free:[/yellow] set gradient_checkpointing=True or "
            "lora_rank=16, lower max_tokens_per_micro_batch, sampling_rows or max_new_tokens",
            soft_wrap=True,
        )


def _warn_of_threads(learner: Agent) -> None:
    """Prints a warning if several threads would compete with other programs."""
    import torch

    from vpo_agent.common.threads import thread_warning

    warning = thread_warning(torch.get_num_threads())
    if warning and learner.policy.device.type == "cpu":
        console.print(f"[yellow]slow:[/yellow] {warning}", soft_wrap=True)


def _same_run(out: Path, start: dict[str, Any]) -> None:
    """Raises ValueError if the folder holds a run with other arguments."""
    from vpo_agent.common.settings import refuse_differences

    note = out / RUN
    if note.exists():
        try:
            before = {"turns": 1, **json.loads(note.read_text())}  # runs of earlier versions have one
        except (ValueError, TypeError, RecursionError) as error:
            raise ValueError(
                f"{note} is damaged ({error}), so the run's arguments are lost; choose another --out. Its "
                "agents can be loaded and measured: vpo eval"
            ) from error
        refuse_differences(before, start, f"out={str(out)!r} holds another run:", "choose another --out")
    elif (out / "agent").exists() or any(out.glob("checkpoints/step-*")):
        raise ValueError(f"out={str(out)!r} holds agents without the run's {RUN}; choose another --out")
