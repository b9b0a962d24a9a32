"""Registry of agents by name, and their notation on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pkgutil import resolve_name
from types import ModuleType
from typing import Any

from baselines.algorithms.best_of_n import BestOfN
from baselines.algorithms.gdpo import GDPO
from baselines.algorithms.goal_conditioned import GoalConditioned
from baselines.algorithms.grpo import GRPO
from baselines.algorithms.max_at_k import MaxAtK
from baselines.algorithms.max_rl import MaxRL
from baselines.algorithms.multi_rlvr import MultiRLVR
from baselines.algorithms.oracle import Oracle
from baselines.algorithms.random_weighting import RandomWeighting
from baselines.sb3.agents import SB3A2C, SB3DQN, SB3PPO
from vpo_agent.agents.base import Agent
from vpo_agent.agents.vpo import VPO, AnswerVPO, PoolVPO
from vpo_agent.common.parsing import read_setting
from vpo_envs.knobs import readings
from vpo_envs.registration import named_modules
from vpo_envs.suggestions import nearest

AGENTS: dict[str, type[Agent] | type[Oracle]] = {
    "VPO": VPO,
    "PoolVPO": PoolVPO,
    "AnswerVPO": AnswerVPO,
    "GRPO": GRPO,
    "MultiRLVR": MultiRLVR,
    "MaxAtK": MaxAtK,
    "RandomWeighting": RandomWeighting,
    "GoalConditioned": GoalConditioned,
    "GDPO": GDPO,
    "MaxRL": MaxRL,
    "SB3PPO": SB3PPO,
    "SB3A2C": SB3A2C,
    "SB3DQN": SB3DQN,
    "BestOfN": BestOfN,
    "Oracle": Oracle,
}
OWN = ("baselines", "vpo_agent", "vpo_envs")


def agent_class(name: str) -> type[Agent] | type[Oracle]:
    """Returns the agent class of a name: a key of `AGENTS`, or a class of yours as `module.Class`.

    Raises:
        ValueError: If there is no such agent.
    """
    if name in AGENTS:
        return AGENTS[name]
    if "." not in name:
        if "," in name:
            raise ValueError(
                f"agent={name!r}: where one of several agents has settings, semicolons part them: "
                f"{name.replace(',', ';')}"
            )
        near = nearest(name, AGENTS)
        hint = f"did you mean {near!r}? There" if near else "there"
        raise ValueError(
            f"agent={name!r} is unknown; {hint} are {', '.join(AGENTS)}, and your own as module.Class"
        )
    try:
        found = resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            f"agent={name!r} cannot be imported: {error}; --import puts the current folder on the path"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Agent)):
        raise ValueError(f"agent={name!r} is not a subclass of vpo_agent.Agent; name a class that is one")
    return found


def refuse_imports(names: Iterable[str], where: str) -> None:
    """Refuses names of agents and environments in a file that would import a module.

    A file may come from anywhere, and importing a module runs its code. Modules that the program or
    `--import` has imported before, and those of this package, are known.

    Args:
        names: `module.Class` of agents, `module:id` of environments; names without a module pass.
        where: Name of the file in messages.

    Raises:
        ValueError: If a name belongs to a module that has not been imported.
    """
    for name in names:
        for module, attribute in _modules(name):
            if module.partition(".")[0] in OWN:
                continue
            known = sys.modules.get(module)
            # What an imported package does not have may be a module within it, which would be imported.
            if known is not None and not (attribute and _is_package(known) and not hasattr(known, attribute)):
                continue
            raise ValueError(
                f"{where}: {name!r} would import the module {module}, and a file is not trusted to do that; "
                f"give --import {module}, or import it before"
            )


def _is_package(module: ModuleType) -> bool:
    return hasattr(module, "__path__")


def _modules(name: str) -> Iterator[tuple[str, str]]:
    """Yields the modules that the name of an agent or environment would import; knobs may name code, too.

    With each module comes the name of the agent that is taken from it, empty for an environment.
    """
    id, _, knobs = name.partition("?")
    if ":" in id:
        yield id.partition(":")[0], ""
    elif "." in id and "/" not in id:
        module, _, attribute = id.rpartition(".")
        yield module, attribute
    for knob in knobs.split("&"):
        for value in readings(knob.partition("=")[2]):
            for module in named_modules(value):
                yield module, ""


@dataclass(frozen=True)
class AgentSpec:
    """Agent name with settings.

    Attributes:
        label: Its name in tables and plots.
        agent: Its name in `AGENTS`, or `module.Class`.
        settings: Fields of its configuration.
    """

    label: str
    agent: str
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> AgentSpec:
        """Reads `Name` or `Name:setting=value,...`, optionally after a label: `Label@Name:...`.

        Raises:
            ValueError: If the agent is unknown or a setting is not of that form.

        Example:
            >>> AgentSpec.parse("VPO:alpha=0.3").settings
            {'alpha': 0.3}
            >>> AgentSpec.parse("sharp@VPO:alpha=0.3").label
            'sharp'
        """
        label, at, rest = text.partition("@")
        body = rest if at else text
        name, _, assignments = body.partition(":")
        agent_class(name)
        try:
            settings = dict(map(read_setting, filter(None, assignments.split(","))))
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}") from error
        return cls(label if at else body, name, settings)

    @property
    def num_candidates(self) -> int:
        """Answers per rollout."""
        default = agent_class(self.agent).config_class().num_candidates
        return self.settings.get("num_candidates", default)
