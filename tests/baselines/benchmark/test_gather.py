"""Gathering finished runs, without running any."""

import numpy as np
import toys

from baselines import AgentSpec, Plan
from baselines.benchmark.plan import cell_folder
from baselines.benchmark.record import POOLS, write_result
from baselines.benchmark.run import gather
from vpo_envs.registration import register


def test_the_turns_of_a_rollout_are_one_rollout(tmp_path):
    register("test/TwoTurns-v0", toys.Repeat, max_turns=2)
    plan = Plan("test/TwoTurns-v0", (AgentSpec.parse("VPO:num_candidates=3"),), seeds=(0,), tasks=1, pool=2)
    for cell in plan.cells():
        folder = cell_folder(tmp_path, cell)
        folder.mkdir(parents=True)
        budget = {"answers": 60, "tokens": 1}
        result = {"measures": {}, "history": {}, "examples": [], "budget": budget}
        np.savez_compressed(folder / POOLS, rewards=np.zeros((1, 2, 2)))
        write_result(folder, result)
    start, trained = gather([plan], tmp_path)["runs"]
    assert trained["budget"]["rollouts"] == 10  # of 3 answers in each of 2 turns
    assert start["budget"]["rollouts"] == 30
