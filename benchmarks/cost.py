"""Agreement of the sandbox's cost with native time, over the references of `vpo/Code-v0`.

    python benchmarks/cost.py

Every reference of a problem runs all hidden tests in the sandbox, where fuel is counted, and natively, where
the best of several timings counts. Spearman's rank correlation is taken among the references of each
problem and averaged; `decided` leaves out problems in which two references differ by less than 10% in native
time, whose order a timing does not settle; `pooled` is over all references at once. Repeated costs must be
equal to the last digit.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
from scipy.stats import spearmanr

import vpo_envs  # noqa: F401  (registers the environments)
from vpo_envs.domains.code.family import Problem
from vpo_envs.domains.code.scoring import LIMITS
from vpo_envs.sandbox import Sandbox, Submission


def native_seconds(problem: Problem, source: str, rounds: int) -> float:
    namespace: dict[str, Any] = {}
    exec(source, namespace)  # our own reference
    solve: Callable[..., Any] = namespace[problem.family.name]
    best = float("inf")
    for _ in range(rounds):
        total = 0.0
        for case in problem.hidden:
            arguments = [list(a) if isinstance(a, list) else a for a in case.arguments]
            start = time.perf_counter()
            solve(*arguments)
            total += time.perf_counter() - start
        best = min(best, total)
    return best


def costs(problems: list[Problem], workers: int) -> list[list[int]]:
    with Sandbox(workers=workers, limits=LIMITS) as sandbox:
        work = [
            Submission(source, tuple(case.arguments for case in problem.hidden), problem.family.name)
            for problem in problems
            for source in problem.references
        ]
        runs = iter(sandbox.run(work))
        return [
            [sum(one.fuel for one in next(runs).outcomes) for _ in problem.references] for problem in problems
        ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=2, help="problems of each family")
    parser.add_argument("--rounds", type=int, default=15, help="timings of each reference")
    arguments = parser.parse_args()

    domain: Any = gym.make("vpo/Code-v0").unwrapped.domain  # type: ignore[attr-defined]
    rng = np.random.default_rng(0)
    problems = [family.draw(rng) for family in domain.families for _ in range(arguments.draws)]
    fuel = costs(problems, workers=2)
    same = fuel == costs(problems, workers=1)
    seconds = [
        [native_seconds(problem, source, arguments.rounds) for source in problem.references]
        for problem in problems
    ]
    each = np.array([spearmanr(*pair).statistic for pair in zip(fuel, seconds)])
    gaps = np.array([np.min(np.diff(np.sort(np.log(times)))) for times in seconds])
    decided = gaps > np.log(1.1)
    pooled = spearmanr(np.concatenate(fuel), np.concatenate(seconds)).statistic
    print(f"{len(problems)} problems, {sum(map(len, fuel))} references")
    print(f"Spearman, mean over problems            {each.mean():6.3f}")
    print(f"Spearman, mean over {decided.sum():3} decided problems {each[decided].mean():6.3f}")
    print(f"Spearman, pooled                        {pooled:6.3f}")
    print(f"costs with 2 workers and with 1 equal:  {same}")
    for index in np.argsort(each)[:5]:
        if each[index] < 0.9:
            ratios = [f"{f / 1e6:.2f}M/{1e3 * s:.2f}ms" for f, s in zip(fuel[index], seconds[index])]
            print(f"  {each[index]:6.2f} {problems[index].family.name:20} {' '.join(ratios)}")


if __name__ == "__main__":
    main()
