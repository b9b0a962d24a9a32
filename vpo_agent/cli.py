"""The command line: `vpo envs | play | train | eval | bench | report | check-env`."""

from __future__ import annotations

import importlib
import json
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

app = typer.Typer(
    help="Vector Policy Optimization: multi-objective text environments, agents, benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
console = Console()
RUN = "run.json"  # what a training run was started with

EnvOption = Annotated[str, typer.Option("--env", help="Id of an environment; `vpo envs` lists them.")]
ImportOption = Annotated[
    str | None,
    typer.Option("--import", help="Module to import first, which registers your own environments."),
]


@app.command(epilog="Example: `vpo envs --import my_package.poems`")
def envs(import_: ImportOption = None) -> None:
    """List the environments with their objectives."""
    import gymnasium as gym

    import vpo_envs

    _import(import_)
    table = Table("id", "objectives", "prompt", "what it is")
    for id in vpo_envs.registered_ids():
        env: Any = gym.make(id).unwrapped
        summary = (type(env.domain).__doc__ or "").strip().splitlines() or [""]
        table.add_row(id, ", ".join(env.objective_names), env.prompt_style, summary[0])
    console.print(table)


@app.command(epilog="Examples: `vpo play vpo/Maze-v0` · `vpo play vpo/MazeSmall-v0 --index 7 --turns 3`")
def play(
    env_id: Annotated[str, typer.Argument(help="Id of an environment.")],
    index: Annotated[int | None, typer.Option(help="Which task of the split; default: a random one.")] = None,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
    style: Annotated[str, typer.Option(help="full or compact prompt.")] = "full",
    turns: Annotated[int, typer.Option(help="How many answers you may give.", min=1)] = 3,
    import_: ImportOption = None,
) -> None:
    """Try a task yourself: read the prompt, type an answer, see its scores and feedback.

    An answer ends with an empty line; Ctrl-D ends the game.
    """
    import gymnasium as gym
    import numpy as np

    _import(import_)
    kwargs: dict[str, Any] = {
        "split": split,
        "prompt_style": style,
        "max_turns": turns,
        "render_mode": "ansi",
    }
    env = _or_exit(lambda: gym.make(env_id, **kwargs))
    prompt, info = _or_exit(lambda: env.reset(seed=None, options={} if index is None else {"index": index}))
    inner: Any = env.unwrapped
    console.print(f"[bold]{env_id}[/bold]  task {info['task_id']}\n")
    print(prompt)
    for turn in range(turns):
        console.print(f"\n[bold]Answer {turn + 1} of {turns}[/bold] (end with an empty line):")
        answer = _read_answer()
        if answer is None:
            break
        _, reward, *_ = env.step(answer)
        _show_reward(inner.objective_names, reward, inner.weights)
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
            _show_reward(inner.objective_names, point, inner.weights)


@app.command(
    epilog="Examples: `vpo train VPO --env vpo/MazeSmall-v0 --steps 100 --out runs/vpo` · "
    "`vpo train PoolVPO --env vpo/MazeSmall-v0 --set pool_size=4 --out runs/pool` · "
    "`vpo train VPO --policy Qwen/Qwen3-1.7B --env vpo/Maze-v0 --out runs/qwen`"
)
def train(
    agent: Annotated[str, typer.Argument(help="VPO, PoolVPO, GRPO ...; docs/agents.md has the table.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; the same folder goes on with it.")],
    env: EnvOption = "vpo/MazeSmall-v0",
    policy: Annotated[str, typer.Option(help="`tiny`, a model's folder, or its hub name.")] = "tiny",
    steps: Annotated[int, typer.Option(help="Training steps.", min=0)] = 100,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.", min=0)] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="setting=value of the agent; repeatable.")
    ] = None,
    checkpoint_every: Annotated[int, typer.Option(help="Steps between two checkpoints.")] = 25,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda ...")] = "auto",
    import_: ImportOption = None,
) -> None:
    """Train an agent; interrupted, the same command goes on from the latest checkpoint.

    More --steps go on with a finished run; every other change needs another --out.
    """
    from baselines.registry import AgentSpec, agent_class
    from vpo_agent import CheckpointCallback
    from vpo_agent.checkpoint import furthest
    from vpo_agent.files import write_atomically
    from vpo_agent.logger import configure, forget_after

    _import(import_)
    spec = _or_exit(lambda: AgentSpec.parse(f"{agent}:{','.join(settings or [])}"))
    kind = agent_class(spec.agent)
    saver = _or_exit(lambda: CheckpointCallback(out / "checkpoints", every=checkpoint_every))
    if "seed" in spec.settings:
        _exit("--set seed=...: give --seed instead")
    start = {"agent": spec.agent, "env": env, "policy": policy, "seed": seed, "settings": spec.settings}
    _or_exit(lambda: _same_run(out, start))
    latest = _or_exit(lambda: furthest([*out.glob("checkpoints/step-*"), out / "agent"]))
    if latest is None:
        learner = _or_exit(lambda: kind(policy, env, seed=seed, device=device, **spec.settings))
    else:
        console.print(f"going on from {escape(str(latest))}")
        learner = _or_exit(lambda: kind.load(latest, env, device=device))
    _or_exit(lambda: forget_after(out, learner.num_updates))
    learner.set_logger(_or_exit(lambda: configure(out, ("csv", "json"))))
    write_atomically(out / RUN, json.dumps(start, indent=2) + "\n")
    left = steps * learner.config.answers_per_step * learner.source.max_turns - learner.num_timesteps
    try:
        if left > 0:
            _or_exit(lambda: learner.warm_start(progress_bar=True))
            learner.learn(left, saver, progress_bar=True, reset_num_timesteps=False)
    except KeyboardInterrupt:
        _exit("interrupted; the same command goes on from the latest checkpoint", code=130)
    _or_exit(lambda: learner.save(out / "agent"))
    saved = shlex.quote(str(out / "agent"))
    console.print(escape(f"saved {saved}; measure it with: vpo eval {saved}"), soft_wrap=True)


@app.command("eval", epilog="Example: `vpo eval runs/vpo/agent --tasks 128 --pool 30 --json results.json`")
def evaluate_command(
    path: Annotated[Path, typer.Argument(help="Folder written by agent.save or `vpo train`.")],
    env: Annotated[str | None, typer.Option("--env", help="Default: the one it was trained on.")] = None,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "test",
    tasks: Annotated[int, typer.Option(help="Held-out tasks.")] = 128,
    pool: Annotated[int, typer.Option(help="Answers per task.")] = 30,
    temperature: Annotated[float, typer.Option(help="Of sampling.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of sampling.", min=0)] = 0,
    json_: Annotated[Path | None, typer.Option("--json", help="Also write the measures here.")] = None,
    import_: ImportOption = None,
) -> None:
    """Measure a trained agent: best@k, expected best, diversity, regret to the true front."""
    from baselines.registry import agent_class
    from vpo_agent import evaluate
    from vpo_agent.checkpoint import read_state

    _import(import_)
    state = _or_exit(lambda: read_state(path))
    learner = _or_exit(lambda: agent_class(state["agent"]).load(path, env))
    summary = _or_exit(
        lambda: evaluate(
            learner, split=split, tasks=tasks, pool=pool, seed=seed, temperature=temperature
        ).summary()
    )
    table = Table("measure", "mean", title=f"{state['agent']} on {learner.env_id}, {split} split")
    for name, value in summary.items():
        table.add_row(name, f"{value:.4f}")
    console.print(table)
    if json_ is not None:
        json_.parent.mkdir(parents=True, exist_ok=True)
        json_.write_text(json.dumps(summary, indent=2) + "\n")


@app.command(
    epilog="Examples: `vpo bench --out runs/demo` · "
    "`vpo bench --env vpo/MazeSmall-v0 --agents VPO,GRPO,MaxAtK --seeds 0,1,2 --steps 200 --out runs/maze` · "
    "`vpo bench --agents 'VPO;sharp@VPO:alpha=0.3' --out runs/alpha` · "
    "`vpo bench --config plan.yaml --seeds 0,1,2,3,4 --out runs/plan`"
)
def bench(
    out: Annotated[Path, typer.Option(help="Folder of the results; the same folder goes on with it.")],
    config: Annotated[Path | None, typer.Option(help="Plan in YAML; the options here come first.")] = None,
    env: Annotated[
        str | None, typer.Option("--env", help="Ids apart by commas; default: vpo/MazeSmall-v0.")
    ] = None,
    agents: Annotated[
        str | None,
        typer.Option(
            help="Names apart by commas; with settings by semicolons: label@Name:setting=value,... "
            "Default: VPO,PoolVPO,GRPO,MultiRLVR."
        ),
    ] = None,
    seeds: Annotated[str | None, typer.Option(help="Seeds, apart by commas; default: 0,1.")] = None,
    steps: Annotated[int | None, typer.Option(help="Training steps of each run; default: 100.")] = None,
    warm_start_steps: Annotated[
        int | None, typer.Option(help="Supervised steps of the common start; default: 600.")
    ] = None,
    prompts_per_step: Annotated[
        int | None, typer.Option(help="Tasks per training step; default: 16.")
    ] = None,
    answers_per_task: Annotated[
        int | None, typer.Option(help="Answers per task and step, equal for all; default: 24.")
    ] = None,
    match: Annotated[
        str | None, typer.Option(help="Equal for all: answers (default), rollouts or tokens.")
    ] = None,
    token_budget: Annotated[
        int | None, typer.Option(help="With --match tokens: tokens per training run.")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Default: each agent's own.")] = None,
    tasks: Annotated[int | None, typer.Option(help="Held-out tasks; default: 128.")] = None,
    pool: Annotated[int | None, typer.Option(help="Answers per held-out task; default: 30.")] = None,
    temperature: Annotated[
        float | None, typer.Option(help="Of sampling in the evaluation; default: 1.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Split of the evaluation; default: test.")] = None,
    workers: Annotated[int, typer.Option(help="Processes side by side, one thread each.")] = 2,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the report of another plan in the folder.")
    ] = False,
    import_: ImportOption = None,
) -> None:
    """Train agents head-to-head from one start with equal budgets, and write a report."""
    from baselines.benchmark import BenchmarkError, run_benchmark
    from baselines.plan_file import make_plans, read_plan_file

    _import(import_)
    flags = {
        "envs": None if env is None else [part.strip() for part in env.split(",")],
        "agents": None if agents is None else _agents(agents),
        "seeds": None if seeds is None else _or_exit(lambda: _seeds(seeds)),
        "steps": steps,
        "warm_start_steps": warm_start_steps,
        "prompts_per_step": prompts_per_step,
        "answers_per_task": answers_per_task,
        "match": match,
        "token_budget": token_budget,
        "learning_rate": learning_rate,
        "tasks": tasks,
        "pool": pool,
        "temperature": temperature,
        "split": split,
    }
    settings = {} if config is None else _or_exit(lambda: read_plan_file(config))
    settings |= {name: value for name, value in flags.items() if value is not None}
    plans = _or_exit(lambda: make_plans(settings, module=import_))
    command = shlex.join(["vpo", *sys.argv[1:]])
    try:
        content = run_benchmark(plans, out, workers, command=command, overwrite=overwrite)
    except (BenchmarkError, ValueError, OSError) as error:
        _exit(str(error))
    except KeyboardInterrupt:
        _exit("interrupted; the same command goes on from here", code=130)
    _report(content, out)
    console.print(escape(f"results: {out / 'results.json'}"), soft_wrap=True)


@app.command(epilog="Example: `vpo report runs/maze/results.json --out reports/maze`")
def report(
    results: Annotated[Path, typer.Argument(help="results.json of a bench.")],
    out: Annotated[Path | None, typer.Option(help="Where to write; default: beside the results.")] = None,
    import_: ImportOption = None,
) -> None:
    """Write the report of a finished bench again, without training."""
    from baselines.results import load

    _import(import_)
    content = _or_exit(lambda: load(results))
    _report(content, results.parent if out is None else out)


def _report(content: Any, out: Path) -> None:
    from baselines.report import all_tables, write_report
    from baselines.report.data import Results

    results = Results(content)
    page = _or_exit(lambda: write_report(results, out))
    wide = Console(width=max(console.width, 160))
    for table in all_tables(results):
        wide.print(table.rich())
    console.print(escape(f"report: {page}"), soft_wrap=True)


def _agents(text: str) -> list[str]:
    separator = ";" if ";" in text or ":" in text else ","
    return [part.strip() for part in text.split(separator)]


def _same_run(out: Path, start: dict[str, Any]) -> None:
    """Refuses to go on with a run that was started with other arguments."""
    note = out / RUN
    if note.exists():
        before = json.loads(note.read_text())
        differ = [
            f"{name}={value!r} (was {before.get(name)!r})"
            for name, value in json.loads(json.dumps(start)).items()
            if value != before.get(name)
        ]
        if differ:
            raise ValueError(f"out={str(out)!r} holds another run: {', '.join(differ)}; choose another --out")


@app.command("check-env", epilog="Example: `vpo check-env my/Poem-v0 --import my_package.poems`")
def check_env_command(
    env_id: Annotated[str, typer.Argument(help="Id of an environment.")],
    import_: ImportOption = None,
) -> None:
    """Check that an environment, and its domain, keep the contract."""
    import gymnasium as gym

    from vpo_envs import VectorRewardEnv, check_domain, check_env
    from vpo_envs.checks import ConformanceError

    _import(import_)
    env = _or_exit(lambda: gym.make(env_id))
    try:
        check_env(env)
        if isinstance(env.unwrapped, VectorRewardEnv):
            check_domain(env.unwrapped.domain)
    except ConformanceError as error:
        _exit(str(error))
    console.print(f"{env_id} keeps the contract")


def _seeds(text: str) -> tuple[int, ...]:
    if not all(part.strip().isdigit() for part in text.split(",")):
        raise ValueError(f"seeds={text!r} must be whole numbers apart by commas, for example 0,1,2")
    return tuple(int(part) for part in text.split(","))


def _import(module: str | None) -> None:
    import vpo_envs  # noqa: F401  (registers the built-in environments)

    if module is not None:
        sys.path.insert(0, str(Path.cwd()))
        _or_exit(lambda: importlib.import_module(module))


def _or_exit(action: Any) -> Any:
    """Runs an action; a mistake in the arguments ends the command with the message alone."""
    import gymnasium as gym

    try:
        return action()
    except (ValueError, TypeError, ImportError, OSError, gym.error.Error) as error:
        _exit(str(error))


def _exit(message: str, code: int = 2) -> NoReturn:
    text = f"[red]error:[/red] {escape(message)}"
    Console(stderr=True).print(text, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


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


def _show_reward(names: Any, reward: Any, weights: Any) -> None:
    parts = "  ".join(f"{name} {value:.2f}" for name, value in zip(names, reward))
    console.print(f"{parts}  |  scalar {float(reward @ weights):.3f}", highlight=False)


def main() -> None:
    """Entry point of the `vpo` command."""
    app()
