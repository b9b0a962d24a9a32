import numpy as np
import pytest
import torch

from baselines.benchmark.results import SCHEMA_VERSION, Pools
from vpo_envs import metrics, spread_weights

torch.set_num_threads(1)

HOSTILE = "</script><script>window.forged = 1</script><img src=x onerror='window.forged = 2'>"


LEVELS = {"WarmStart": 0.4, "VPO": 1.0, "GRPO": 0.8}


def synthetic_run(env, label, level, seed, tasks, pool, examples, steps):
    """A run whose rewards rise with the level; whose measures are those of its rewards."""
    rng = np.random.default_rng([seed, len(label), int(level * 1000), len(env)])
    rewards = np.round(rng.random((tasks, pool, 4)) * level * 8) / 8
    weights = spread_weights(64, 4)
    scalars = rewards.mean(axis=-1)
    measures = {f"best@{k}": metrics.best_at_k(scalars, k) for k in (1, 3, 10, 30) if k <= pool}
    measures["expected_best"] = metrics.expected_best(rewards, weights)
    measures["diversity"] = np.array([metrics.diversity(one) for one in rewards])
    measures["regret"] = 1 - measures["expected_best"]
    measures["regret_scalar"] = 1 - scalars.max(axis=1)
    names = ("diversity", "expected_best", "best", "scalar", "well_formed")
    rise = np.linspace(0, level, steps) if label != "WarmStart" else np.array([])
    return {
        "env": env,
        "label": label,
        "seed": seed,
        "settings": {"num_candidates": 1},
        "measures": {name: np.round(values, 5).tolist() for name, values in measures.items()},
        "pools": Pools.pack(rewards).model_dump(mode="json"),
        "answers": [[f"{label} {seed} {t} {i} {HOSTILE}" for i in range(pool)] for t in range(examples)],
        "history": {name: rise.tolist() for name in names},
        "budget": {
            "answers": 768,
            "rollouts": 256,
            "tokens": 9000,
            "gradient_steps": 24,
            "seconds": 3.0,
            "evaluation_answers": tasks * pool,
            "evaluation_tokens": 100,
        },
        "temperature": 1.0,
        "temperatures": [],
        "warnings": [],
    }


def synthetic_results(
    levels=LEVELS,
    envs=("my/Some-v0",),
    seeds=(0, 1, 2),
    tasks=6,
    pool=30,
    examples=2,
    steps=12,
):
    environments = [
        {
            "env": env,
            "objectives": ["a", "b", "c", "<d>"],
            "weights": [0.25] * 4,
            "split": "test",
            "examples": [
                {
                    "task": f"test/{i}",
                    "prompt": f"prompt {i} {HOSTILE}",
                    "front": [[1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 1.0]],
                }
                for i in range(examples)
            ],
        }
        for env in envs
    ]
    runs = [
        synthetic_run(env, label, level, seed, tasks, pool, examples, steps)
        for env in envs
        for seed in seeds
        for label, level in levels.items()
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "vpo bench --out <here>",
        "versions": {"python": "3"},
        "plans": [{"env": env, "match": "answers"} for env in envs],
        "environments": environments,
        "runs": runs,
        "tuning": [],
        "wall_clock_seconds": 1.0,
    }


@pytest.fixture(scope="session")
def synthetic():
    return synthetic_results
