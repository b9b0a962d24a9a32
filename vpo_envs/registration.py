"""Registration of domains with Gymnasium; environments by id, one by one and vectorized."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from vpo_envs.domain import Domain
from vpo_envs.env import VectorRewardEnv
from vpo_envs.suggestions import nearest

ENTRY_POINT = "vpo_envs.registration:make_env"
VECTOR_ENTRY_POINT = "vpo_envs.registration:make_vector_env"
ENV_KWARGS = ("split", "num_candidates", "max_turns", "prompt_style", "render_mode")
CODE_PATH = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
"""`package.module:name`: the only form of text by which a domain or a setting of it imports anything."""


def register(id: str, domain: type[Domain] | str, **kwargs: Any) -> None:
    """Registers a domain, so that `gym.make(id)` and `gym.make_vec(id, n)` build its environment.

    Args:
        id: Gymnasium id, for example `my/Poem-v0`.
        domain: The class, or where to import it from: `package.module:ClassName`.
        **kwargs: Defaults for the environment (`split`, `num_candidates`, `max_turns`,
            `prompt_style`) and for the domain's own knobs.

    Raises:
        ValueError: If the class cannot be imported by name (it is defined inside a function).
        TypeError: If `domain` is neither a `Domain` class nor a path.
    """
    if isinstance(domain, type) and issubclass(domain, Domain):
        if "<locals>" in domain.__qualname__:
            raise ValueError(
                f"domain={domain.__qualname__} is defined inside a function and cannot be imported by "
                "name; move the class to the top level of a module"
            )
        domain = f"{domain.__module__}:{domain.__qualname__}"
    elif not isinstance(domain, str):
        raise TypeError(
            f"domain={domain!r} must be a subclass of vpo_envs.Domain or its path 'package.module:ClassName'"
        )
    # String entry points keep the spec serializable; the stock checker rejects vector rewards.
    gym.register(
        id,
        ENTRY_POINT,
        vector_entry_point=VECTOR_ENTRY_POINT,
        disable_env_checker=True,
        kwargs={"domain": domain, **kwargs},
    )


def make_env(domain: str | Domain, **kwargs: Any) -> VectorRewardEnv:
    """Builds the environment of a domain; Gymnasium's entry point.

    Args:
        domain: A domain, or the path `package.module:ClassName` of its class.
        **kwargs: Arguments of `VectorRewardEnv`; the rest are the domain's knobs.

    Raises:
        TypeError: If neither the environment nor the domain has an argument of that name.
    """
    env_kwargs = {name: kwargs.pop(name) for name in ENV_KWARGS if name in kwargs}
    if isinstance(domain, str):
        domain_class = load_domain(domain)
        try:
            inspect.signature(domain_class).bind(**kwargs)
        except TypeError as error:
            raise TypeError(
                f"{domain_class.__name__} {error}; the environment itself takes {', '.join(ENV_KWARGS)}"
                f"{_suggestion(kwargs, domain_class)}"
            ) from error
        domain = domain_class(**kwargs)
    elif kwargs:
        raise TypeError(f"unknown arguments {sorted(kwargs)}: the domain is already built")
    return VectorRewardEnv(domain, **env_kwargs)


def _suggestion(kwargs: dict[str, Any], domain_class: type[Domain]) -> str:
    """Returns a question with the name that was probably meant; empty where none is near."""
    known = [*ENV_KWARGS, *inspect.signature(domain_class).parameters]
    for name in kwargs:
        near = None if name in known else nearest(name, known)
        if near:
            return f". Did you mean {near}?"
    return ""


def named_modules(value: Any) -> Iterator[str]:
    """Yields the modules of all `package.module:name` within a value, which a domain would import.

    Example:
        >>> list(named_modules({"scorer": "mine:score", "rows": ["a: b", 3]}))
        ['mine']
    """
    if isinstance(value, str):
        if CODE_PATH.fullmatch(value):
            yield value.partition(":")[0]
    elif isinstance(value, Mapping):
        yield from named_modules([*value, *value.values()])
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from named_modules(item)


def load_domain(path: str) -> type[Domain]:
    """Imports a domain class from `package.module:ClassName`.

    Raises:
        ValueError: If the path has another form, or names no `Domain`.
    """
    if not CODE_PATH.fullmatch(path):
        raise ValueError(f"domain={path!r} must have the form 'package.module:ClassName'")
    module_name, _, qualname = path.partition(":")
    found: Any = importlib.import_module(module_name)
    for name in qualname.split("."):
        found = getattr(found, name, None)
    if not (isinstance(found, type) and issubclass(found, Domain)):
        raise ValueError(f"domain={path!r} does not name a subclass of vpo_envs.Domain")
    return found


def make_vector_env(num_envs: int = 1, **kwargs: Any) -> VectorRewardVectorEnv:
    """Builds a vector environment of a domain; Gymnasium's entry point for `gym.make_vec(id, num_envs)`.

    Args:
        num_envs: Number of copies, at least 1.
        **kwargs: Arguments of `make_env`.

    Raises:
        ValueError: If `num_envs` is below 1.
    """
    return vectorize(lambda: make_env(**kwargs), num_envs)


def vectorize(make: Callable[[], gym.Env[Any, Any]], num_envs: int) -> VectorRewardVectorEnv:
    """Returns copies of an environment side by side.

    Raises:
        ValueError: If `num_envs` is below 1.
    """
    if isinstance(num_envs, bool) or not isinstance(num_envs, (int, np.integer)) or num_envs < 1:
        raise ValueError(f"num_envs={num_envs!r} must be an integer of at least 1")
    return VectorRewardVectorEnv([make] * int(num_envs))


class VectorRewardVectorEnv(gym.vector.SyncVectorEnv):
    """Gymnasium's synchronous vector environment with room for vector rewards.

    Args:
        env_fns: Functions that make the environments, which must have a `reward_space`.
    """

    def __init__(self, env_fns: Sequence[Callable[[], gym.Env[Any, Any]]]) -> None:
        super().__init__(env_fns, autoreset_mode=gym.vector.AutoresetMode.SAME_STEP)
        self.reward_space = self.envs[0].get_wrapper_attr("reward_space")
        # The parent allocates one number per environment and assigns rewards by row.
        self._rewards = np.zeros((self.num_envs, *self.reward_space.shape), self.reward_space.dtype)

    def step(self, actions: Any) -> Any:
        """Steps every environment with its own action.

        Raises:
            ValueError: If there is not one action for each environment; a text is not one for each letter.
        """
        if isinstance(actions, str) or len(actions) != self.num_envs:
            given = "one text" if isinstance(actions, str) else f"{len(actions)} actions"
            raise ValueError(
                f"actions must hold one for each of the {self.num_envs} environments, not {given}"
            )
        return super().step(actions)


def registered_ids() -> list[str]:
    """Returns the ids of all environments that were made from a `Domain`, sorted."""
    return sorted(id for id, spec in gym.registry.items() if spec.entry_point == ENTRY_POINT)
