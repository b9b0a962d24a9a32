"""Settings: their checks, and the defaults that depend on policy and environment."""

import dataclasses
import re

import numpy as np
import pytest
import toys

from vpo_agent import VPO, Policy
from vpo_agent.agents.config import AgentConfig
from vpo_agent.agents.vpo import VPOConfig
from vpo_agent.models.sampling import Sampling

SETTINGS = dict(prompts_per_step=2, group_size=4, max_new_tokens=12, num_candidates=2)


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(**settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
        return VPO(policy, toys.make_env(toys.Repeat()), **{**SETTINGS, **settings})

    return build


def test_the_bound_on_tokens_fits_the_demonstrations(make):
    agent = make(max_new_tokens=None, num_candidates=2)
    longest = max(
        map(len, agent.policy.encode_completions([agent.config.answer_format.format(["green", "green"])]))
    )
    assert longest <= agent.config.max_new_tokens <= 2 * longest
    assert make(max_new_tokens=None, seed=3, num_candidates=2).config == dataclasses.replace(
        agent.config, seed=3
    )


def test_open_settings_are_settled():
    agent = VPO(toys.small_policy(toys.Repeat()), toys.make_env(toys.Repeat()))
    assert agent.config.learning_rate == 3e-4  # small model
    assert agent.config.warm_start_steps == 0  # it was given, so it is taken as it is
    tiny = VPO("tiny", toys.make_env(toys.Repeat()))
    assert tiny.config.warm_start_steps == 1000


@pytest.mark.parametrize(
    "settings, error, message",
    [
        (dict(group_sise=4), TypeError, "unknown setting 'group_sise'; did you mean 'group_size'"),
        (dict(zzz=4), TypeError, "unknown setting 'zzz'; there are num_candidates, group_size"),
        (dict(num_candidates=0), ValueError, "num_candidates=0 must be at least 1"),
        (dict(num_candidates=10**11), ValueError, "num_candidates=100000000000 must be at most 10000"),
        (dict(group_size=1), ValueError, "group_size=1 must be at least 2"),
        (dict(group_size=2.5), ValueError, "group_size=2.5 must be an integer"),
        (dict(prompts_per_step=-3), ValueError, "prompts_per_step=-3 must be"),
        (dict(seed=-1), ValueError, "seed=-1 must be at least 0"),
        (dict(warm_start_steps=-1), ValueError, "warm_start_steps=-1 must be at least 0"),
        (dict(pool_size=0), ValueError, "pool_size=0 must lie between 1 and group_size - 1 = 3"),
        (dict(pool_size=4), ValueError, "pool_size=4 must lie between 1 and group_size - 1 = 3"),
        (dict(n_weights=0), ValueError, "n_weights=0 must be at least 1"),
        (dict(alpha=-1.0), ValueError, "alpha=-1.0 must be positive"),
        (dict(weighting="even"), ValueError, "weighting='even' must be"),
        (dict(temperature=0.0), ValueError, "temperature=0 leaves nothing to learn from"),
        (dict(temperature=-1.0), ValueError, "temperature=-1.0 must be at least 0"),
        (dict(top_p=0.0), ValueError, "top_p=0.0 must lie in"),
        (dict(max_new_tokens=0), ValueError, "max_new_tokens=0 must be at least 1"),
        (dict(learning_rate=-1.0), ValueError, "learning_rate=-1.0 must be at least 0"),
        (dict(schedule="stairs"), ValueError, "schedule='stairs' must be one of"),
        (dict(mini_batches=0), ValueError, "mini_batches=0 must be at least 1"),
        (dict(max_tokens_per_micro_batch=0), ValueError, "max_tokens_per_micro_batch=0 must be at least 1"),
        (dict(clip=0.0), ValueError, "clip=0.0 must be above 0"),
        (dict(dual_clip=1.0), ValueError, "dual_clip=1.0 above 1"),
        (dict(kl_coef=-0.1), ValueError, "kl_coef=-0.1 must be at least 0"),
        (dict(entropy_coef=-0.1), ValueError, "entropy_coef=-0.1 must be at least 0"),
        (dict(resampling_rounds=-1), ValueError, "resampling_rounds=-1 must be at least 0"),
    ],
)
def test_wrong_settings_are_refused(make, settings, error, message):
    with pytest.raises(error, match=message):
        make(**settings)


def test_configs_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        AgentConfig().seed = 3
    assert AgentConfig().sampling == Sampling(512)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(learning_rate="fast"), "learning_rate='fast' must be a finite number"),
        (dict(kl_coef=float("nan")), "kl_coef=nan must be a finite number"),
        (dict(temperature=float("inf")), "temperature=inf must be a finite number"),
        (dict(n_weights=1.5), "n_weights=1.5 must be an integer"),
        (dict(mini_batches=2.5), "mini_batches=2.5 must be an integer"),
        (dict(num_candidates=True), "num_candidates=True must be an integer"),
        (dict(schedule=3), "schedule=3 must be a string"),
    ],
)
def test_settings_of_another_type_are_refused_by_name(settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        VPOConfig.from_settings(settings)


def test_numpy_settings_become_plain_numbers():
    config = VPOConfig.from_settings(dict(group_size=np.int64(4), learning_rate=np.float32(0.5)))
    assert (config.group_size, config.learning_rate) == (4, 0.5)
    assert type(config.group_size) is int and type(config.learning_rate) is float


def test_settings_of_prompts_are_the_shared_ones_and_those_of_the_subclass():
    assert AgentConfig(num_candidates=3).prompt_settings() == {
        "num_candidates": 3,
        "reasoning": "auto",
        "truncate_prompts": False,
    }
    own = VPOConfig(alpha=0.5).prompt_settings()
    assert own["alpha"] == 0.5 and own["num_candidates"] == 3 and "learning_rate" not in own


@pytest.mark.parametrize(("given", "mode"), [(True, "on"), (False, "off"), ("on", "on"), ("auto", "auto")])
def test_yaml_reads_on_and_off_as_booleans(given, mode):
    assert AgentConfig(reasoning=given).reasoning == mode


@pytest.mark.parametrize("given", [1, 0, None, "yes", ["on"]])
def test_other_modes_of_reasoning_are_refused(given):
    with pytest.raises(ValueError, match="reasoning=.* must be"):
        AgentConfig(reasoning=given)
