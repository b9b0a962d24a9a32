"""`vpo search`: test-time search with a choice of one answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from vpo_agent.common.parsing import read_minimums, read_setting, read_weights
from vpo_cli import served
from vpo_cli.common import ImportOption, app, console, exit_with, import_modules, or_exit
from vpo_cli.config_file import SEVERAL
from vpo_cli.paths import check_file

if TYPE_CHECKING:
    from vpo_agent.search import Choice


@app.command(
    epilog="Examples: `vpo search runs/vpo/agent --budget 64 --context hurried --out result.json` · "
    "`vpo search runs/vpo/agent --require correctness=1 --then performance` · "
    "`vpo search runs/vpo/agent --strategy refinement --set turns=3 --choose knee` · "
    "`vpo search runs/vpo/agent --scorer path/of/a/reward-model` · "
    "`vpo search --endpoint http://localhost:8000 --model Qwen/Qwen3-1.7B --env vpo/Maze-v0 --budget 8`"
)
def search(
    path: Annotated[
        Path | None,
        typer.Argument(help="Folder of `vpo train`, or of agent.save.", show_default=False),
    ] = None,
    strategy: Annotated[str, typer.Option(help="sampling, refinement ...; see docs/search.md.")] = "sampling",
    budget: Annotated[int, typer.Option(help="Answers per task.")] = 64,
    tasks: Annotated[int, typer.Option(help="Number of tasks, the first of the split.")] = 16,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting of the strategy, setting=value; repeatable.")
    ] = None,
    choose: Annotated[str | None, typer.Option(help="scalar (default), knee or vote.")] = None,
    context: Annotated[str | None, typer.Option(help="Choose for a named context of the domain.")] = None,
    weights: Annotated[
        str | None, typer.Option(metavar=f"NUMBER{SEVERAL}", help="Choose by comma-separated weights.")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option(help="Minimum of the chosen answer, objective=minimum; repeatable.")
    ] = None,
    then: Annotated[str | None, typer.Option(help="Objective to maximize subject to --require.")] = None,
    scorer: Annotated[
        str | None, typer.Option(help="Choose by a sequence classifier, given by folder or hub name.")
    ] = None,
    env: Annotated[
        str | None,
        typer.Option(
            "--env",
            help="Environment, with or without knobs ('vpo/Maze-v0?size=5'); default: that of the training.",
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "test",
    temperature: served.TemperatureOption = None,
    max_new_tokens: served.LengthOption = None,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.", min=0)] = 0,
    out: Annotated[
        Path | None, typer.Option(help="File of pools and choices; a second call with it resumes.")
    ] = None,
    import_: ImportOption = None,
    endpoint: served.EndpointOption = None,
    model: served.ModelOption = "",
    num_candidates: served.CandidatesOption = 1,
    reply_cache: served.ReplyCacheOption = served.REPLY_CACHE,
    concurrency: served.ConcurrencyOption = served.CONCURRENCY,
    timeout: served.TimeoutOption = served.TIMEOUT,
    retries: served.RetriesOption = served.RETRIES,
    bare: served.BareOption = False,
    fields: served.FieldOption = None,
) -> None:
    """Sample many answers to held-out tasks with an agent or a served model, and choose one per task.

    With --out, finished tasks are kept. After an interruption, the same command resumes. More --tasks add to
    the file, and another choice uses the same answers.
    """
    from vpo_agent.common.progress import progress_bar
    from vpo_agent.search import make_strategy
    from vpo_agent.search import search as search_for
    from vpo_agent.search.choices import contexts_of
    from vpo_agent.search.run import draw_tasks
    from vpo_agent.search.strategies import SearchError
    from vpo_agent.search.tables import choice_table, curve_table, satisfaction_table

    import_modules(import_)
    or_exit(lambda: check_file("--out", out))
    how = or_exit(lambda: make_strategy(strategy, dict(map(read_setting, settings or []))))
    choice = or_exit(lambda: _choice(choose, context, weights, require, then, scorer))
    learner = served.agent_or_checkpoint(
        path,
        env,
        endpoint,
        model,
        num_candidates,
        reply_cache=reply_cache,
        concurrency=concurrency,
        timeout=timeout,
        retries=retries,
        bare=bare,
        fields=fields,
    )
    given = {"temperature": temperature, "max_new_tokens": max_new_tokens}
    sampling: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    wanted = or_exit(lambda: draw_tasks(learner.source, tasks, split))
    with progress_bar() as bar:

        def show(answers: int) -> None:
            if not bar.task_ids:
                bar.add_task(strategy, total=budget * tasks, figure="answers")
            bar.update(bar.task_ids[0], completed=answers)

        try:
            result = or_exit(
                lambda: search_for(
                    learner,
                    strategy=how,
                    budget=budget,
                    choose=choice,
                    tasks=wanted,
                    seed=seed,
                    path=out,
                    on_answers=show,
                    **sampling,
                )
            )
        except SearchError as error:
            exit_with(str(error))
        except KeyboardInterrupt:
            kept = "; the same command resumes" if out or endpoint else "; with --out finished tasks are kept"
            exit_with(f"interrupted{kept}", code=130)
    console.print(f"{result.run['agent']} on {learner.source.env_id}: {strategy}, {tasks} tasks")
    console.print(curve_table(result, learner.source))
    console.print(choice_table(result))
    if contexts_of(learner.source):
        console.print(satisfaction_table(result, learner.source, wanted))
    if endpoint is not None:
        served.show_usage(learner.usage)
    used = ", ".join(f"{number:,} {what}" for what, number in result.used.items())
    console.print(escape(f"used {used}{f'; saved {out}' if out else ''}"), soft_wrap=True)


def _choice(
    choose: str | None,
    context: str | None,
    weights: str | None,
    require: list[str] | None,
    then: str | None,
    scorer: str | None,
) -> Choice | str:
    """Returns the choice given by the options."""
    from vpo_agent.search import ByConstraints, ByContext, ByScorer, ByWeights

    given = {"choose": choose, "context": context, "weights": weights, "require": require, "scorer": scorer}
    named = [name for name, value in given.items() if value]
    if len(named) > 1:
        raise ValueError(f"--{' and --'.join(named)} choose in different ways; give one of them")
    if then is not None and not require:
        raise ValueError("--then names the objective to maximize subject to --require; give --require, too")
    if choose not in (None, "scalar", "knee", "vote"):
        raise ValueError(f"--choose {choose} is not one of scalar, knee, vote; a context goes with --context")
    if context is not None:
        return ByContext(context)
    if weights is not None:
        return ByWeights(read_weights(weights))
    if require:
        return ByConstraints(read_minimums(require), then)
    if scorer is not None:
        from vpo_agent.integrations.reward_model import ClassifierScorer

        return ByScorer(ClassifierScorer.from_pretrained(scorer), name=f"scorer {scorer}")
    return choose or "scalar"
