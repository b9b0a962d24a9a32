"""Evolutionary search with OpenEvolve: MAP-Elites over the objectives, islands and migration.

OpenEvolve seeds global generators, replaces signal handlers and logging, and needs its own event loop.
Each task is therefore searched in a separate process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vpo_agent.agents.base import Agent
from vpo_agent.common import distributed
from vpo_agent.generation.generator import Generator
from vpo_agent.integrations.openevolve_worker import (
    LOG,
    TEMPLATES,
    WRITER,
    Session,
    connect,
    draw,
    to_program,
)
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.generation_log import GenerationLog
from vpo_agent.search.identity import describe, spec_to_json
from vpo_agent.search.parents import Request
from vpo_agent.search.result import Pool
from vpo_agent.search.strategies import SearchError
from vpo_agent.tasks.seeding import child, seeds_of
from vpo_agent.tasks.source import DomainTasks, TaskSource
from vpo_envs.task import Task

DATABASE = {"num_islands": 3, "migration_interval": 20, "feature_bins": 10}


class OpenEvolveError(SearchError):
    """The error for an OpenEvolve search that ended early; its message ends with the process's output."""


@dataclass(frozen=True)
class OpenEvolveSearch:
    """A search strategy that evolves the answers to each task with OpenEvolve.

    The policy serves as OpenEvolve's model and the environment's scorer as its evaluator. The objectives
    are the dimensions of the MAP-Elites grids, and the fixed scalarization ranks programs within a cell.
    The initial program is an answer of the policy. Prompts show the programs that OpenEvolve selects
    (parent, best of the island, inspiration) with reward vectors and feedback, as in training with
    `max_turns > 1`.

    A search is not bitwise reproducible: OpenEvolve gives programs random names and samples from sets of
    names.

    Attributes:
        fresh: Share of the rollouts with the plain prompt, in [0, 1].
        database: Fields of `openevolve.config.DatabaseConfig`, in addition to or in place of `DATABASE`.
        folder: Folder of OpenEvolve's files; tasks finished there are not searched again. None: a
            temporary folder.

    Raises:
        ImportError: If OpenEvolve is not installed.
        ValueError: If the share is out of range.
    """

    fresh: float = 0.25
    database: dict[str, Any] = field(default_factory=dict)
    folder: str | Path | None = None
    name = "openevolve"

    def __post_init__(self) -> None:
        if find_spec("openevolve") is None:
            raise ImportError("this search needs OpenEvolve: pip install 'vpo-gym[openevolve]'")
        if not 0 <= self.fresh <= 1:
            raise ValueError(f"fresh={self.fresh} must lie in [0, 1]")

    def search(
        self,
        generator: Generator,
        source: TaskSource,
        tasks: list[Any],
        budget: int,
        *,
        sampling: Sampling,
        seed: int,
        on_answers: Callable[[int], None] | None = None,
    ) -> list[Pool]:
        """Implements `Strategy.search`; tasks are searched one after the other.

        Raises:
            ValueError: If the environment was not made from a `Domain` by `gym.make` with plain values, the
                generator is a served model, or several processes (torchrun) search together.
            OpenEvolveError: If OpenEvolve ends before the budget is used.
        """
        if not isinstance(generator, Agent):
            raise ValueError(
                f"{getattr(generator, 'name', generator)} is a served model, and OpenEvolve's processes load "
                "the policy themselves; search with strategy='evolution', or give an agent with the weights"
            )
        if distributed.world_size() > 1:
            raise ValueError(
                "strategy='openevolve' runs in one process; start it without torchrun, or search with "
                "strategy='evolution'"
            )
        env = spec_to_json(source.spec)
        if not isinstance(source, DomainTasks) or not env:
            raise ValueError(
                f"env={source.env_id!r} cannot be made again in OpenEvolve's processes; give one that is "
                "made from a Domain, by gym.make from plain values"
            )
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(self.folder or scratch)
            # Searches of several agents may share a folder.
            writer = f"{WRITER}-{generator.policy.digest()[:12]}"
            generator.policy.save_pretrained(root / writer)
            note = {
                **describe(generator, source, self, budget, sampling, seed),
                "objectives": list(source.objective_names),
                "weights": source.weights.tolist(),
                "writer": {
                    "folder": writer,
                    "agent": f"{type(generator).__module__}:{type(generator).__qualname__}",
                    "config": asdict(generator.config),
                    "env": env,
                    "device": str(generator.policy.device),
                    "dtype": str(generator.policy.dtype).removeprefix("torch."),
                    "attention": generator.policy.attention,
                },
            }
            pools = []
            for task, own in zip(tasks, seeds_of(seed, tasks)):
                log = GenerationLog(root, {**note, "task": [task.split, task.index], "stream": own})
                pools.append(self._pool(generator, source, sampling, task, budget, own, log))
                if on_answers is not None:
                    on_answers(budget * len(pools))
        return pools

    def _pool(
        self,
        generator: Generator,
        source: TaskSource,
        sampling: Sampling,
        task: Task,
        budget: int,
        seed: int,
        log: GenerationLog,
    ) -> Pool:
        with log.locked():
            found = log.read()
            if not found:
                assert log.folder is not None
                first = draw(generator, source, sampling, Request(task), child(seed, 0))
                (log.folder / LOG).write_text(json.dumps(first) + "\n")
                run(log.folder)
                drawn = (log.folder / LOG).read_text().splitlines()
                found = [{"rollouts": [json.loads(line) for line in drawn]}]
                log.append(found[0])
        rollouts = found[0]["rollouts"]
        return Pool.of(
            task,
            [text for rollout in rollouts for text in rollout["answers"]],
            [row for rollout in rollouts for row in rollout["rewards"]],
            [rollout["tokens"] for rollout in rollouts],
            budget=budget,
        )


def run(folder: Path) -> None:
    """Runs the search of a task's folder in a separate process.

    Raises:
        OpenEvolveError: If the process ends before the budget is used.
    """
    command = [
        sys.executable,
        "-c",
        "from vpo_agent.integrations.openevolve import main; main()",
        str(folder),
    ]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    session = Session(folder)
    if done.returncode or session.answers < session.note["budget"]:
        raise OpenEvolveError(
            f"OpenEvolve ended with code {done.returncode} after {session.answers} of "
            f"{session.note['budget']} answers. Its last output:\n{(done.stdout + done.stderr)[-2000:]}"
        )


def main() -> None:
    """Runs OpenEvolve; entry point of the process, whose only argument is the folder of the task."""
    import torch
    from openevolve import run_evolution

    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    session = Session(folder)
    left = session.note["budget"] - session.answers
    if left < 1:
        return
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    for name, text in TEMPLATES.items():
        (templates / f"{name}.txt").write_text(text)
    (folder / "initial.txt").write_text(to_program(session.best()))
    (folder / "evaluator.py").write_text(
        "from functools import partial\n"
        "from vpo_agent.integrations import openevolve_worker\n"
        f"evaluate = partial(openevolve_worker.evaluate, {str(folder)!r})\n"
    )
    run_evolution(
        folder / "initial.txt",
        folder / "evaluator.py",
        configure(session, templates),
        iterations=left,
        output_dir=str(folder / "output"),
        cleanup=False,
    )


def configure(session: Session, templates: Path) -> Any:
    """Returns OpenEvolve's configuration: whole answers, one at a time, with our prompts and limits."""
    from openevolve import config

    settings = session.note["settings"]
    model = config.LLMModelConfig(name="policy", init_client=partial(connect, str(session.folder)))
    return config.Config(
        log_level="WARNING",
        random_seed=session.note["stream"] % 2**32,  # the range of seeds of NumPy's global generator
        language="text",
        diff_based_evolution=False,
        max_code_length=sys.maxsize,  # the domain has its own limit
        llm=config.LLMConfig(models=[model]),
        prompt=config.PromptConfig(
            template_dir=str(templates), num_top_programs=1, num_diverse_programs=1, system_message=""
        ),
        database=config.DatabaseConfig(
            **{**DATABASE, "feature_dimensions": session.note["objectives"], **settings["database"]}
        ),
        evaluator=config.EvaluatorConfig(cascade_evaluation=False, parallel_evaluations=1, max_retries=0),
    )
