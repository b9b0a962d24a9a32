import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.models.sampling import Sampling, choose, gather_logprobs

CHANCES = [0.2, 0.5, 0.3]
LARGEST = 1 - 2**-24  # the largest float32 below 1


def tokens(uniforms, **sampling):
    logits = torch.tensor([CHANCES]).log().expand(len(uniforms), -1)
    token, logprob = choose(logits, torch.tensor(uniforms, dtype=torch.float32), Sampling(**sampling))
    return token.tolist(), logprob.exp().tolist()


def test_inverts_the_distribution_function():
    chosen, chances = tokens([0.0, 0.19, 0.21, 0.69, 0.71, LARGEST])
    assert chosen == [0, 0, 1, 1, 2, 2]
    assert chances == pytest.approx([0.2, 0.2, 0.5, 0.5, 0.3, 0.3])


def test_nucleus_keeps_the_fewest_tokens_that_reach_the_mass():
    # .5 alone does not reach .6: .5 and .3 stay, as 5/8 and 3/8, in falling order.
    chosen, chances = tokens([0.0, 0.62, 0.63, LARGEST], top_p=0.6)
    assert chosen == [1, 1, 2, 2]
    # The log-probability is that of the whole distribution, which the trainer sees.
    assert chances == pytest.approx([0.5, 0.5, 0.3, 0.3])
    assert tokens([0.0, LARGEST], top_p=0.45)[0] == [1, 1]
    assert tokens([LARGEST], top_p=0.85)[0] == [0]


def test_temperature_flattens_before_the_nucleus_is_cut():
    roots = np.sqrt(CHANCES) / np.sqrt(CHANCES).sum()  # .262 .415 .322
    chosen, chances = tokens([0.25, 0.27, 0.67, 0.69], temperature=2.0)
    assert chosen == [0, 1, 1, 2]
    assert chances == pytest.approx(roots[chosen], rel=1e-5)
    assert tokens([LARGEST], temperature=2.0, top_p=0.7)[0] == [2]
    assert tokens([LARGEST], temperature=2.0, top_p=0.75)[0] == [0]


def test_greedy_ignores_the_random_numbers():
    chosen, chances = tokens([0.0, 0.5, LARGEST], temperature=0.0)
    assert chosen == [1, 1, 1] and chances == pytest.approx([0.5] * 3)


@given(
    st.lists(st.floats(-30, 30), min_size=2, max_size=40),
    st.sampled_from([0.0, 0.5, LARGEST]),
    st.sampled_from([1.0, 0.999, 0.7, 0.1]),
)
def test_impossible_tokens_are_never_drawn(logits, uniform, top_p):
    logits = torch.tensor([[*logits, -torch.inf, -torch.inf]])
    token, logprob = choose(logits, torch.tensor([uniform]), Sampling(top_p=top_p))
    chances = logits.softmax(-1)[0]
    assert chances[token] > 0 and logprob.isfinite()
    above = chances[chances > chances[token]].sum()
    assert above < top_p + 1e-6


def test_rounding_does_not_reach_past_the_last_possible_token():
    # In float32 the sum of these is 1.0000001, and the largest uniform times it rounds to it.
    rng = torch.Generator().manual_seed(0)
    logits = torch.cat([torch.randn(4000, 50, generator=rng), torch.full((4000, 1), -torch.inf)], dim=1)
    token, logprob = choose(logits, torch.full((4000,), LARGEST), Sampling())
    assert (token < 50).all() and logprob.isfinite().all()


def test_even_uniforms_give_the_distribution_back():
    n = 10_000
    uniforms = (torch.arange(n) + 0.5) / n
    logits = torch.randn(7, generator=torch.Generator().manual_seed(1))
    for top_p in (1.0, 0.8):
        token, _ = choose(logits.expand(n, -1), uniforms, Sampling(top_p=top_p))
        chances = logits.softmax(-1)
        ranked = chances.sort(descending=True)
        kept = ranked.indices[ranked.values.cumsum(0) - ranked.values < top_p]
        expected = torch.zeros(7)
        expected[kept] = chances[kept] / chances[kept].sum()
        np.testing.assert_allclose(token.bincount(minlength=7) / n, expected, atol=2 / n)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(max_new_tokens=0), "max_new_tokens=0 must be at least 1"),
        (dict(rows=0), "sampling_rows=0 must be at least 1"),
        (dict(temperature=-0.1), "temperature=-0.1 must be at least 0"),
        (dict(temperature=float("inf")), "temperature=inf must be"),
        (dict(top_p=0.0), r"top_p=0.0 must lie in \(0, 1\]"),
        (dict(top_p=1.1), r"top_p=1.1 must lie in \(0, 1\]"),
    ],
)
def test_wrong_settings_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Sampling(**arguments)


def test_defaults_and_least_settings():
    assert Sampling() == Sampling(max_new_tokens=256, temperature=1.0, top_p=1.0, rows=512)
    Sampling(max_new_tokens=1, temperature=0.0, rows=1)


def test_a_token_after_the_mass_is_reached_is_left_out():
    logits = torch.zeros(2, 2)  # chances .5 and .5: the first alone reaches .5
    first, last = choose(logits, torch.tensor([0.0, LARGEST]), Sampling(top_p=0.5))[0].tolist()
    assert first == last


@pytest.mark.parametrize(
    ("temperature", "chances"),
    [
        (1.0, [0.25, 0.75]),
        (0.0, [0.25, 0.75]),  # greedy: those of the logits as they are
        (0.5, [0.1, 0.9]),  # squares: 1 and 9 of 10
    ],
)
def test_gathered_logprobs_by_hand(temperature, chances):
    logits = torch.tensor([[[1.0, 3.0]] * 2]).log()
    found = gather_logprobs(logits, torch.tensor([[0, 1]]), temperature)
    assert found.shape == (1, 2)
    assert found[0].exp().tolist() == pytest.approx(chances)


@pytest.mark.parametrize("top_p", [1.0, 0.9])
def test_a_row_that_is_not_finite_leaves_the_others_alone(top_p):
    logits, uniforms = torch.randn(3, 7), torch.tensor([0.1, 0.5, 0.9])
    whole, chances = choose(logits, uniforms, Sampling(top_p=top_p))
    broken = logits.clone()
    broken[1] = math.nan
    tokens, logprobs = choose(broken, uniforms, Sampling(top_p=top_p))
    assert tokens[[0, 2]].tolist() == whole[[0, 2]].tolist() and 0 <= tokens[1] < 7
    assert torch.equal(logprobs[[0, 2]], chances[[0, 2]]) and logprobs[1].isnan()


def test_some_settings_can_be_replaced():
    assert Sampling(top_p=0.5).changed(temperature=0.7) == Sampling(top_p=0.5, temperature=0.7)
    with pytest.raises(TypeError, match="unknown setting 'task'; did you mean 'tasks'"):
        Sampling().changed(["tasks"], task=2)
    with pytest.raises(TypeError, match="unknown setting 'rows'"):
        Sampling().changed(rows=2)
