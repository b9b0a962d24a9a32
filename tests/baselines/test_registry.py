"""Agents by name and notation, and the refusal of names that would import a module."""

import importlib
import sys

import pytest

import baselines
from baselines import AGENTS, AgentSpec
from baselines.registry import agent_class, refuse_imports
from vpo_agent import VPO, Agent


@pytest.mark.parametrize("name", AGENTS)
def test_every_agent_goes_by_the_name_of_its_class(name):
    assert agent_class(name) is AGENTS[name] and AGENTS[name].__name__ == name
    assert AgentSpec.parse(name) == AgentSpec(name, name, {})


def test_agents_of_ones_own_go_by_module_and_class():
    assert agent_class("vpo_agent.agents.vpo.VPO") is VPO
    assert agent_class("vpo_agent.Agent") is Agent


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("PoolVP0", "agent='PoolVP0' is unknown; did you mean 'PoolVPO'\\? There are VPO, PoolVPO"),
        ("Zzzzzz", "agent='Zzzzzz' is unknown; there are VPO, .*, Oracle, and your own as module.Class"),
        ("", "agent='' is unknown; there are"),
        ("no_such_module.Mine", "cannot be imported: .*--import puts the current folder on the path"),
        ("vpo_agent.NoSuch", "agent='vpo_agent.NoSuch' cannot be imported"),
        (".VPO", "cannot be imported"),
        ("json.dumps", "agent='json.dumps' is not a subclass of vpo_agent.Agent"),
        ("json.JSONDecoder", "is not a subclass of vpo_agent.Agent"),
    ],
)
def test_names_of_no_agent_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        agent_class(name)


def test_specs_are_read_from_text():
    spec = AgentSpec.parse("wide@VPO:num_candidates=6,alpha=0.3,weighting=spread")
    assert (spec.label, spec.agent) == ("wide", "VPO")
    assert spec.settings == {"num_candidates": 6, "alpha": 0.3, "weighting": "spread"}
    assert spec.num_candidates == 6
    assert AgentSpec.parse("PoolVPO").num_candidates == 1


@pytest.mark.parametrize(
    ("text", "label", "agent", "settings"),
    [
        ("VPO:", "VPO:", "VPO", {}),
        ("VPO:alpha=0.3,,pool=2,", "VPO:alpha=0.3,,pool=2,", "VPO", {"alpha": 0.3, "pool": 2}),
        ("a b@GRPO", "a b", "GRPO", {}),
        ("@GRPO:kl_coef=0", "", "GRPO", {"kl_coef": 0}),
        ("a:b@GRPO", "a:b", "GRPO", {}),
    ],
)
def test_a_label_is_what_stands_before_the_sign_or_else_the_text(text, label, agent, settings):
    assert AgentSpec.parse(text) == AgentSpec(label, agent, settings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PPO:alpha=1", "agent='PPO' is unknown"),
        ("VPO:alpha", "'VPO:alpha': 'alpha' must have the form setting=value"),
        ("x@VPO:=1", "'x@VPO:=1': '=1' must have the form setting=value"),
    ],
)
def test_specs_that_cannot_be_read_are_named(text, message):
    with pytest.raises(ValueError, match=message):
        AgentSpec.parse(text)


def test_answers_per_rollout_are_those_of_the_settings_or_the_agent():
    default = baselines.AGENTS["VPO"].config_class().num_candidates
    assert default > 1 and AgentSpec.parse("VPO").num_candidates == default
    assert AgentSpec.parse("VPO:num_candidates=7").num_candidates == 7


@pytest.mark.parametrize(
    "env",
    [
        "vpo/Maze-v0?scorer=trap_module:score",
        "vpo/Maze-v0?scorer=trap_module%3Ascore",
        "vpo/Maze-v0?scorer='trap_module:score'",
        "vpo/Maze-v0?scorer={'a': ['trap_module:score']}",
        "vpo/Maze-v0?scorer=a,trap_module:score",
    ],
)
def test_code_in_a_knob_is_found_in_every_spelling(env):
    """Found by a reviewer: the check read the text as it stood, the knob was decoded later."""
    with pytest.raises(ValueError, match="would import the module trap_module"):
        refuse_imports([env], "plan")


def test_a_module_within_an_imported_package_is_not_imported(tmp_path, monkeypatch):
    package = tmp_path / "trap_package"
    package.mkdir()
    (package / "__init__.py").write_text("class Mine: pass")
    (package / "sub.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("trap_package")
    refuse_imports(["trap_package.Mine"], "plan")
    with pytest.raises(ValueError, match="would import the module trap_package"):
        refuse_imports(["trap_package.sub"], "plan")


@pytest.mark.parametrize(
    "name",
    [
        "VPO",
        "vpo/MazeSmall-v0",
        "my/Poem.v2-v0",
        "vpo/Code-v0?dataset=C:/data/a.b:c",
        "vpo_agent.agents.vpo.VPO",
        "baselines.sb3.not_imported_yet.Mine",
        "vpo_envs.domains:vpo/MazeSmall-v0",
        "json:my/Env-v0",
        "json.decoder.JSONDecoder",
    ],
)
def test_names_that_import_nothing_new_pass(name):
    importlib.import_module("json.decoder")
    refuse_imports([name], "plan")


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("trap_module:my/X-v0", "trap_module"),
        ("trap.module:my/X-v0?size=3", "trap.module"),
        ("trap_module.Mine", "trap_module"),
        ("trap.module.Mine", "trap.module"),
        ("vpo/Maze-v0?size=3&scorer=trap_module:score", "trap_module"),
        ("vpo_agents.Mine", "vpo_agents"),  # begins like a name of this package
    ],
)
def test_names_that_would_import_are_refused_with_the_option(name, module):
    with pytest.raises(ValueError) as caught:
        refuse_imports(["VPO", name], "here")
    assert str(caught.value) == (
        f"here: {name!r} would import the module {module}, and a file is not trusted to do that; "
        f"give --import {module}, or import it before"
    )
    assert module not in sys.modules


def test_what_an_imported_package_lacks_may_be_a_module_within_it():
    with pytest.raises(ValueError, match="would import the module json"):
        refuse_imports(["json.Mine"], "here")
    refuse_imports(["json.JSONDecoder"], "here")


def test_a_class_of_an_imported_module_passes_though_it_is_not_there():
    refuse_imports(["keyword.Mine"], "here")  # a module without modules within it
