"""`vpo envs | play | check-env`: inspection of environments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vpo_cli.common import (
    ImportOption,
    app,
    console,
    exit_with,
    import_modules,
    or_exit,
    remedy,
    show_reward,
)


@app.command(epilog="Example: `vpo envs --import my_package.poems`")
def envs(import_: ImportOption = None) -> None:
    """List the environments with their objectives, those of a domain together."""
    import gymnasium as gym

    import vpo_envs

    import_modules(import_)
    found: dict[tuple[str, str], list[str]] = {}
    for id in vpo_envs.registered_ids():
        try:
            env: Any = gym.make(id).unwrapped
        except ModuleNotFoundError as error:
            found.setdefault((f"needs {remedy(error)}", ""), []).append(id)
            continue
        except Exception as error:  # of the user's own environment, which is no reason to hide the others
            found.setdefault((f"cannot be made: {error}", ""), []).append(id)
            continue
        summary = (type(env.domain).__doc__ or "").strip().splitlines() or [""]
        kind = (summary[0], f"Objectives: {', '.join(env.objective_names)}")
        found.setdefault(kind, []).append(f"{id} (compact prompts)" if env.prompt_style == "compact" else id)
    for (description, objectives), ids in found.items():
        console.print(description or "(no docstring)", style="bold", markup=False, highlight=False)
        for line in filter(None, (objectives, *ids)):
            # A cut id would be of no use.
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=line in ids)
        console.print()


@app.command(epilog="Examples: `vpo play vpo/Maze-v0` · `vpo play vpo/MazeSmall-v0 --index 7 --turns 3`")
def play(
    env_id: Annotated[str, typer.Argument(help="Id of an environment, with or without knobs.")],
    index: Annotated[
        int | None, typer.Option(help="Index of the task in the split; default: random.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="train (default), validation or test.", show_default=False)
    ] = None,
    style: Annotated[
        str | None, typer.Option(help="Prompt style: full or compact; default: the environment's.")
    ] = None,
    turns: Annotated[
        int | None, typer.Option(help="Number of answers; default: 3.", min=1, show_default=False)
    ] = None,
    import_: ImportOption = None,
) -> None:
    """Try a task yourself: read the prompt, type an answer, see its scores and feedback.

    An answer ends with an empty line; Ctrl-D ends the game.
    """
    import numpy as np

    from vpo_envs.knobs import make as make_env
    from vpo_envs.knobs import split_knobs

    import_modules(import_)
    if turns is None and "max_turns" not in or_exit(lambda: split_knobs(env_id))[1]:
        turns = 3
    given = {"split": split, "prompt_style": style, "max_turns": turns}
    kwargs: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    env = or_exit(lambda: make_env(env_id, **kwargs, render_mode="ansi"))
    prompt, info = or_exit(lambda: env.reset(seed=None, options={} if index is None else {"index": index}))
    inner: Any = env.unwrapped
    console.print(f"[bold]{env_id}[/bold]  task {info['task_id']}\n")
    print(prompt)
    for turn in range(inner.max_turns):
        console.print(f"\n[bold]Answer {turn + 1} of {inner.max_turns}[/bold] (end with an empty line):")
        answer = _read_answer()
        if answer is None:
            break
        _, reward, *_ = env.step(answer)
        show_reward(inner.objective_names, reward, inner.weights)
        feedback = inner.domain.feedback(inner.task, answer)
        if feedback:
            console.print(f"Feedback: {feedback}", markup=False)
    console.print()
    print(env.render())
    front = inner.domain.pareto_front(inner.task)
    if front is not None:
        best = float((front @ inner.weights).max())
        mine = float((inner.pool_rewards @ inner.weights).max(initial=0.0))
        console.print(f"\nYour best: {mine:.3f}; the best possible: {best:.3f}. The true front:")
        for point in front[np.lexsort(front.T)]:
            show_reward(inner.objective_names, point, inner.weights)


@app.command(
    "check-env",
    epilog="Examples: `vpo check-env my/Poem-v0 --import my_package.poems` · "
    "`vpo check-env data.jsonl --scorer my_scorers:score --objectives right,short`",
)
def check_env_command(
    env_id: Annotated[
        str, typer.Argument(help="Id of an environment, with or without knobs, or a file or folder of rows.")
    ],
    scorer: Annotated[
        str | None, typer.Option(help="Scorer of the rows, module:function; see vpo_envs.from_rows.")
    ] = None,
    objectives: Annotated[
        str | None, typer.Option(help="Comma-separated names of the objectives, in the scorer's order.")
    ] = None,
    import_: ImportOption = None,
) -> None:
    """Check that an environment and its domain, or rows of data and their scorer, keep the contract."""
    import vpo_envs
    from vpo_envs.datasets.reading import local_path
    from vpo_envs.env_checker import ConformanceError
    from vpo_envs.knobs import make as make_env

    import_modules(import_)
    env: Any
    if scorer is not None:
        or_exit(lambda: local_path(env_id))  # a missing file is named before what else may be wrong
        import_modules([scorer.partition(":")[0]])
        names = [name.strip() for name in objectives.split(",")] if objectives else None
        domain = or_exit(lambda: vpo_envs.from_rows(env_id, scorer, names))
        env = or_exit(lambda: vpo_envs.VectorRewardEnv(domain))
    elif objectives is not None:
        exit_with("--objectives names those of --scorer, and there is none; give it, or leave them out")
    elif Path(env_id).exists():
        exit_with(f"{env_id} holds rows; give --scorer module:function, or `vpo data check {env_id}`")
    else:
        env = or_exit(lambda: make_env(env_id))
    try:
        if isinstance(env.unwrapped, vpo_envs.VectorRewardEnv):
            vpo_envs.check_domain(env.unwrapped.domain)  # first: its errors say more
        vpo_envs.check_env(env)
    except ConformanceError as error:
        exit_with(str(error))
    console.print(f"{env_id} keeps the contract")


def _read_answer() -> str | None:
    lines: list[str] = []
    while True:
        try:
            line = input("> ")
        except EOFError:
            return "\n".join(lines) if lines else None
        if not line and lines:
            return "\n".join(lines)
        if line:
            lines.append(line)
