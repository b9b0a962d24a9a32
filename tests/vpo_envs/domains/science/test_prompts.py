"""Prompts: the rules that cost points, and an example that gives nothing away."""

import os
import re

import gymnasium as gym
import pytest

import vpo_envs  # noqa: F401  registers the ids
from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.domain import FAMILIES
from vpo_envs.domains.science.prompts import EXAMPLE

IDS = ("vpo/ScienceEasy-v0", "vpo/Science-v0", "vpo/ScienceHard-v0", "vpo/ScienceSmall-v0")


def test_the_prompt_states_every_rule(enzyme, saturation):
    prompt = saturation.prompt
    for words in (
        "Reason as long as you like",
        "errors of 10% everywhere cost 0.4, errors of 30% all",
        "half for the right unit, half for the share of the known limits",
        "1/2 for as many parts (numbers, symbols, operators, functions) as the true law has",
        "per credit",
        "With a fit below 0.75 the other three count in proportion",
        "Only the last law and the last experiment",
        "Without a readable law nothing counts",
        "they fail outside the measured range",
        "v = <formula>\nexperiment: S = <value> umol/L",
    ):
        assert words in prompt
    # The errors that the rule names cost what it says: |p - q| / (|p| + |q|) is about half the error.
    assert enzyme.score(saturation, "v = 1.1*V*S/(S + K)")[0] == pytest.approx(0.6, abs=0.03)
    assert enzyme.score(saturation, "v = 1.3*V*S/(S + K)")[0] == 0


def test_the_example_is_of_no_family():
    symbols = set(re.findall(r"[A-Za-z]+[0-9]*", " ".join(EXAMPLE))) - {"exp", "experiment", "h"}
    assert symbols == {"Z", "Z0", "u", "u0"}
    for family in FAMILIES.values():
        assert not symbols & {*family.quantities, family.output.symbol}


@pytest.mark.parametrize("id", IDS)
def test_a_prompt_copied_whole_earns_little(id):
    domain = gym.make(id).unwrapped.domain
    for index in range(12):
        task = domain.task("test", index)
        assert domain.score_batch([task], [task.prompt]).max() < 0.7


def test_forms_and_compositions_are_announced():
    easy, hard = ScienceDomain(forms=True, inputs=1), ScienceDomain(composed=True)
    assert {len(family.inputs) for family in easy.knobs.families} == {1}
    assert "One of these forms is right, with numbers in place of a and b:" in easy.task("test", 0).prompt
    assert "the sum or the product of two simple ones" in hard.task("test", 0).prompt


@pytest.mark.skipif("VPO_NIGHTLY" not in os.environ, reason="takes minutes of a machine: make nightly")
@pytest.mark.parametrize("id", IDS)
def test_test_tasks_never_occur_in_training(id):
    """Neither the same prompt, nor one that differs in the constants or in the experiment alone."""
    domain = gym.make(id).unwrapped.domain

    def key(task):
        problem = task.truth.problem
        return problem.family.name, problem.law, problem.noise, task.compact.split(" cost ")[0]

    test = {key(domain.task("test", index)) for index in range(2000)}
    assert len(test) == 2000
    assert not any(key(domain.task("train", index)) in test for index in range(20_000))
