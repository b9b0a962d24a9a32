"""Pools and results written by hand, and a generator whose answers name how they were asked for."""

import numpy as np
import toys

from vpo_agent.generation.rollout import Completion, Rollouts
from vpo_agent.models.sampling import Sampling
from vpo_agent.search import Pool, SearchResult
from vpo_agent.tasks.source import DomainTasks, task_id


class Contexts(toys.TradeOff):
    contexts = {"lefty": (1.0, 0.0), "even": (0.5, 0.5)}


SOURCE = DomainTasks(Contexts(), split="test")
TASK = SOURCE.first(1)[0]


def pool(answers, task=TASK):
    rewards = [Contexts.worth.get(answer, (0.0, 0.0)) for answer in answers]
    return Pool(task_id(task), list(answers), rewards, np.arange(1, len(answers) + 1) * 5, len(answers))


def result(**changes):
    fields = {
        "run": {"budget": 4, "strategy": "sampling"},
        "objectives": ["left", "right"],
        "pools": [pool(["", "left", "both", "right"]), pool(["left", "left"])],
        "choice": "scalar",
        "chosen": [2, 0],
    }
    return SearchResult(**{**fields, **changes})


class Scribe:
    """Writes `task seed turn.rollout.candidate`; the tokens of a completion are its rollout, from 1."""

    sampling = Sampling()

    def __init__(self, source=SOURCE, num_candidates=1):
        self.source, self.num_candidates = source, num_candidates
        self.calls = []

    def describe(self):
        return {"agent": "Scribe"}

    def rollouts(self, tasks, group_size, sampling, seed, *, source=None, turns=None):
        self.calls.append((len(tasks), group_size, turns))
        rollouts = range(group_size)
        answers = [
            [
                tuple(
                    f"{task_id(task)} {own} {turn}.{g}.{j}"
                    for turn in range(turns)
                    for j in range(self.num_candidates)
                )
                for g in rollouts
            ]
            for task, own in zip(tasks, seed)
        ]
        return Rollouts(
            tasks=list(tasks),
            rewards=np.full((len(tasks), group_size, turns * self.num_candidates, 2), 0.5, np.float32),
            answers=answers,
            segments=[],
            completions=[[Completion("", g + 1, True) for _ in tasks for g in rollouts]] * turns,
        )


def places(pool):
    """The part of a scribe's answers that names turn, rollout and candidate."""
    return [answer.split()[-1] for answer in pool.answers]
