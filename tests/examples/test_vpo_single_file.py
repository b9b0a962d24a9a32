"""Tests of the single-file example: its estimators by hand, its sampler, its loss and a tiny run."""

import importlib.util
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

PATH = Path(__file__).parents[2] / "examples" / "vpo_single_file.py"


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("vpo_single_file", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_one_objective_and_one_answer_is_grpo(example):
    rewards = np.array([1.0, 0.0, 0.0, 1.0, 0.5]).reshape(1, 5, 1, 1)
    # mean .5, population variance (.25 * 4) / 5 = .2
    expected = np.array([0.5, -0.5, -0.5, 0.5, 0.0]) / (np.sqrt(0.2) + 1e-6)
    np.testing.assert_allclose(example.advantages(rewards, np.ones((1, 100, 1)))[0], expected)


def test_vpo_prefers_specialists_to_a_compromise(example):
    # Two weightings, (1, 0) and (0, 1): specialists earn 1, a repeated compromise .5, one specialist .5.
    sets = [[[1, 0], [0, 1]], [[0.5, 0.5], [0.5, 0.5]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]]
    rewards, weights = np.array([sets], float), np.eye(2)[None]
    np.testing.assert_allclose(example.rollout_scores(rewards, weights, 1), [[1.0, 0.5, 0.5, 0.0]])
    # mean .5, population variance (.25 + 0 + 0 + .25) / 4 = .125
    expected = np.array([0.5, 0, 0, -0.5]) / (np.sqrt(0.125) + 1e-6)
    np.testing.assert_allclose(example.advantages(rewards, weights)[0], expected)


def test_group_without_a_difference_has_no_advantage(example):
    rewards = np.full((2, 4, 3, 2), 0.7)
    rewards[1, 0] = 0.9
    advantages = example.advantages(rewards, np.full((2, 1, 2), 0.5))
    assert (advantages[0] == 0).all()
    np.testing.assert_allclose(advantages[1], np.array([3, -1, -1, -1]) / np.sqrt(3), rtol=1e-4)


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_pool_score_is_the_mean_maximum_over_all_subsets(example, k):
    rng = np.random.default_rng(0)
    rewards, weights = rng.random((2, 5, 2, 3)).round(1), rng.dirichlet(np.ones(3), size=(2, 4))
    u = (rewards[:, :, :, None] * weights[:, None, None]).sum(-1).max(axis=2)  # (n, G, K)
    expected = np.empty((2, 5))
    for g in range(5):
        pools = [list(pool) for pool in itertools.combinations(range(5), k) if g in pool]
        expected[:, g] = np.mean([u[:, pool].max(axis=1).mean(axis=-1) for pool in pools], axis=0)
    np.testing.assert_allclose(example.rollout_scores(rewards, weights, k), expected)


def test_repeated_and_missing_answers_earn_zeros(example):
    domain = example.gym.make("vpo/MazeSmall-v0").unwrapped.domain
    task = domain.task("train", 0)
    first, second = domain.best_answers(task)[:2]
    rewards = example.score(domain, task, [[first, first, second], [second, "", "a1"]])
    assert rewards.shape == (2, 3, 4)
    assert rewards.any(axis=-1).tolist() == [[True, False, True], [True, False, False]]


def test_rollouts_are_read_as_written(example):
    assert example.read_rollout(example.write_rollout(["a1 a2", "b1"]), 2) == ["a1 a2", "b1"]
    assert example.read_rollout("<candidate_1> a1 a2 <candidate_2> b1 </candidate_2>", 3) == ["", "b1", ""]


def test_loss_is_clipped_on_both_sides(example):
    zero = torch.zeros(1, 1)
    mask = torch.ones(1, 1)
    gain = {}
    for ratio, advantage in itertools.product((0.5, 1.1, 2.0, 9.0), (1.0, -1.0)):
        new = torch.tensor([[np.log(ratio)]])
        loss = example.policy_loss(new, zero, new, torch.tensor([[advantage]]), mask)  # no KL
        gain[ratio, advantage] = round(-float(loss), 4)
    assert [gain[r, 1.0] for r in (0.5, 1.1, 2.0, 9.0)] == [0.5, 1.1, 1.2, 1.2]
    assert [gain[r, -1.0] for r in (0.5, 1.1, 2.0, 9.0)] == [-0.8, -1.1, -2.0, -3.0]


def test_loss_averages_over_tokens_and_adds_the_kl(example):
    new = torch.tensor([[0.0, 0.0], [0.0, -5.0]])
    reference = torch.tensor([[0.0, np.log(2.0)], [0.0, 3.0]])
    mask = torch.tensor([[True, True], [True, False]])
    loss = example.policy_loss(new, new, reference, torch.tensor([[1.0], [-1.0]]), mask)
    # Gains 1 + 1 - 1 over three tokens; k3 of one token is 2 - log 2 - 1.
    assert float(loss) == pytest.approx((-1 + 1e-3 * (1 - np.log(2))) / 3, rel=1e-5)


def test_sampled_log_probabilities_are_those_of_the_loss(example):
    generator = torch.Generator().manual_seed(0)
    model = example.Transformer(torch.eye(12), 16, generator)
    prompts = torch.randint(3, 12, (2, 5), generator=generator)
    completions, log_p = example.sample(model, prompts, 3, 10, generator)
    assert completions.shape[0] == 6 and (completions[:, 0] == example.BOS).all()
    mask = completions[:, 1:] != example.PAD
    with torch.no_grad():
        again = example.log_probs(model, prompts, completions)
        alone, _ = model(torch.cat([prompts[1:], completions[5:, :-1]], dim=1))  # without a cache
    torch.testing.assert_close(log_p[mask], again[mask], rtol=1e-4, atol=1e-5)
    picked = alone.log_softmax(-1)[:, prompts.shape[1] :].gather(-1, completions[5:, 1:, None])[..., 0]
    torch.testing.assert_close(picked[mask[5:]], again[5:][mask[5:]], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("algorithm", ["vpo", "pool_vpo", "grpo"])
def test_tiny_run_prints_the_table(example, algorithm, capsys):
    state = torch.get_rng_state()
    sizes = {"warm-start-steps": 1, "steps": 1, "prompts": 2, "answers": 24, "eval-tasks": 2, "seed": 3}
    result = example.main(["--algorithm", algorithm, *(f"--{name}={value}" for name, value in sizes.items())])
    table = capsys.readouterr().out.splitlines()[-3:]
    assert table[0].split() == ["best@1", "best@8", "E_w[best", "of", "30]"]
    assert table[1].startswith("warm start") and table[2].startswith(algorithm)
    assert all(0 <= value <= 1 for values in result.values() for value in values)
    assert torch.equal(state, torch.get_rng_state())


def test_impossible_sizes_are_refused(example, capsys):
    for arguments in (["--num-candidates", "4"], ["--pool-size", "9", "--answers", "24"]):
        with pytest.raises(SystemExit):
            example.parse_args(arguments)
        assert "pool size must be at most" in capsys.readouterr().err
