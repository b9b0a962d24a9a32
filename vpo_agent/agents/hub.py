"""Agents on a model hub: upload with a model card, download and load."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import gymnasium as gym
from gymnasium.envs.registration import EnvSpec

from vpo_agent.agents.evaluation import Evaluation
from vpo_agent.agents.saved_env import env_to_json
from vpo_agent.common import distributed
from vpo_agent.common.settings import check_types
from vpo_envs import __version__
from vpo_envs.extras import import_extra

if TYPE_CHECKING:
    from vpo_agent.agents.config import AgentConfig
    from vpo_agent.tasks.source import TaskSource

CARD = "README.md"
BUILT_IN = "vpo/"  # the namespace of the built-in environments
DOMAIN = "domain"  # the setting of `VectorRewardEnv` that holds a domain or the path of its class
TEXT = """---
library_name: vpo-gym
tags:
- reinforcement-learning
- multi-objective
- vector-policy-optimization
- {agent}
---

# {agent} on {env}

A language model trained on vector rewards with vpo-gym: {about}

```python
from {module} import {agent}

agent = {agent}.from_pretrained({load})
prompt, info = agent.get_env().reset(seed=0)
answers, _ = agent.predict(prompt)
```
{note}
`pip install 'vpo-gym[agents]'` brings the package. The folder `policy` alone loads with transformers:
`AutoModelForCausalLM.from_pretrained("{repo}", subfolder="policy")`.

## Environment

`{env}`{settings}. Objectives, each in [0, 1], with their weights in the fixed scalar: {objectives}.

## Training

{updates} updates, {timesteps} answers sampled and scored. Settings:

{config}

## Results

{results}

## Citation

```bibtex
@article{{bahlousboldi2026vpo,
  title   = {{Vector Policy Optimization: Training for Diversity Improves Test-Time Search}},
  author  = {{Bahlous-Boldi, Ryan and Puri, Isha and Shenfeld, Idan and Kumar, Akarsh and Damani, Mehul and
             Risi, Sebastian and Khattab, Omar and Hong, Zhang-Wei and Agrawal, Pulkit}},
  journal = {{arXiv preprint arXiv:2605.22817}},
  year    = {{2026}}
}}

@software{{vpogym,
  title   = {{vpo-gym: reference software for Vector Policy Optimization}},
  author  = {{{{The vpo-gym developers}}}},
  version = {{{version}}},
  year    = {{2026}}
}}
```
"""


class Saved(Protocol):
    """The interface of an agent that can be uploaded."""

    source: TaskSource
    config: AgentConfig
    num_timesteps: int
    num_updates: int

    def save(self, path: str | Path) -> None:
        """Writes a checkpoint."""


Self = TypeVar("Self", bound="HubMixin")


class HubMixin:
    """Upload and download of an agent's checkpoint through huggingface_hub, which transformers brings."""

    def push_to_hub(
        self: Any,
        repo_id: str,
        *,
        results: Evaluation | Mapping[str, float] | None = None,
        private: bool | None = None,
        token: str | None = None,
        commit_message: str = "Upload of a vpo-gym agent",
    ) -> str:
        """Uploads the checkpoint with a model card; creates the repository if there is none.

        In distributed training all processes call this, the main one uploads, and all others wait.

        Args:
            repo_id: Repository, `owner/name`.
            results: Evaluation (`vpo_agent.evaluate`) whose summary the card shows, or numbers of yours by
                name; None: the card says that the agent was not evaluated.
            private: Whether a new repository is private; None: the owner's default.
            token: Access token; None: the one of `hf auth login` or of the variable `HF_TOKEN`.
            commit_message: Message of the commit.

        Returns:
            Address of the commit.

        Raises:
            ValueError: If `results` holds anything but finite numbers.
            huggingface_hub.errors.HfHubHTTPError: If the hub refuses, for example without a valid token.
            RuntimeError: In the other processes, if the upload has failed.
        """
        hub = import_extra("huggingface_hub", "agents", "push_to_hub")
        api, card = hub.HfApi(token=token), model_card(self, repo_id, results)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, "agent")
            self.save(folder)

            def upload() -> str:
                (folder / CARD).write_text(card)
                repo = api.create_repo(repo_id, private=private, exist_ok=True).repo_id
                commit = api.upload_folder(repo_id=repo, folder_path=folder, commit_message=commit_message)
                return str(commit.commit_url)

            return _by_main(upload)

    @classmethod
    def from_pretrained(
        cls: type[Self],
        name: str | Path,
        env: gym.Env[Any, Any] | str | None = None,
        *,
        revision: str | None = None,
        token: str | None = None,
        **load: Any,
    ) -> Self:
        """Loads an agent from a hub's repository or from a folder.

        A checkpoint names its environment by id and settings, and the id must be registered, so that a
        repository cannot choose which code runs.

        Args:
            name: Repository `owner/name`, or a folder written by `save`.
            env: An environment of the same domain; None: the environment of the training.
            revision: Branch, tag or commit.
            token: Access token, for private repositories.
            **load: Arguments of `Agent.load`: `device`, `dtype`, `verbose`.

        Raises:
            CheckpointError: If the repository holds no checkpoint of this class, or `env` is None and its
                environment is not registered.
            huggingface_hub.errors.HfHubHTTPError: If there is no such repository or revision.
        """
        if Path(name).exists():
            return cls.load(name, env, **load)  # type: ignore[attr-defined]
        hub = import_extra("huggingface_hub", "agents", "from_pretrained")
        folder = hub.snapshot_download(os.fspath(name), revision=revision, token=token)
        return cls.load(folder, env, **load)  # type: ignore[attr-defined]


def model_card(agent: Saved, repo_id: str, results: Evaluation | Mapping[str, float] | None = None) -> str:
    """Returns the model card of an agent, in Markdown.

    Args:
        agent: The agent.
        repo_id: Repository in which the card will lie.
        results: Evaluation whose summary it shows, or numbers by name.

    Raises:
        ValueError: If `results` holds anything but finite numbers.
    """
    spec = agent.source.spec
    knobs = {name: value for name, value in (spec.kwargs if spec else {}).items() if name != DOMAIN}
    kind = type(agent)
    settings = dict(sorted(vars(agent.config).items()))
    given = ", ".join(f"`{name}={value!r}`" for name, value in knobs.items())
    objectives = zip(agent.source.objective_names, agent.source.weights)
    return TEXT.format(
        agent=kind.__name__,
        module=_module(kind),
        load=f'"{repo_id}"' if env_to_json(spec) else f'"{repo_id}", env',
        note=_note(spec),
        about=(kind.__doc__ or "").strip().partition("\n")[0],
        env=spec.id if spec else "an environment of its own",
        settings=f" with {given}" if given else "",
        objectives=", ".join(f"`{name}` ({weight:.2f})" for name, weight in objectives),
        updates=agent.num_updates,
        timesteps=agent.num_timesteps,
        config=_table(("setting", "value"), {name: f"`{value!r}`" for name, value in settings.items()}),
        results=_results(results),
        repo=repo_id,
        version=__version__,
    )


def _by_main(work: Callable[[], str]) -> str:
    """Returns in every process what the main one makes; if that fails, none waits for it."""
    made = ""
    try:
        if distributed.is_main():
            made = work()
    finally:
        made = distributed.all_gather([made])[0]
    if not made:
        raise RuntimeError("push_to_hub: the main process could not upload; its error names the reason")
    return made


def _module(kind: type) -> str:
    """Returns the module from which a class is imported: its package where that offers it."""
    package = kind.__module__.partition(".")[0]
    offered = getattr(sys.modules.get(package), kind.__name__, None)
    return package if offered is kind else kind.__module__


def _note(spec: EnvSpec | None) -> str:
    """Returns what a reader needs beside the package to make the environment; empty for built-in ones."""
    if not env_to_json(spec):
        return "\n`env` is the environment, which has to be made before.\n"
    assert spec is not None
    if spec.id.startswith(BUILT_IN) and str(gym.registry[spec.id].kwargs[DOMAIN]).startswith("vpo_envs."):
        return ""
    return f"\n`{spec.id}` is not built in: import the module that registers it before.\n"


def _results(results: Evaluation | Mapping[str, float] | None) -> str:
    if results is None:
        return "The agent was not evaluated; `vpo_agent.evaluate(agent)` does so."
    if not isinstance(results, Evaluation):
        if not isinstance(results, Mapping) or not results:
            raise ValueError(
                f"results={results!r:.80} must be an evaluation by vpo_agent.evaluate, or numbers by name, "
                "such as {'expected_best': 0.8}"
            )
        given = {f"results[{name!r}]": value for name, value in results.items()}
        numbers = check_types(given, dict.fromkeys(given, float)).values()
        shown = {f"`{name}`": f"{value:.4f}" for name, value in zip(results, numbers)}
        return "As reported by the author:\n\n" + _table(("measure", "value"), shown)
    tasks, pool = results.rewards.shape[:2]
    split = results.tasks[0].partition("/")[0]
    measures = {f"`{name}`": f"{value:.4f}" for name, value in results.summary().items()}
    return f"Means over {tasks} tasks of the split `{split}`, pools of {pool} answers:\n\n" + _table(
        ("measure", "mean"), measures
    )


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    lines = [head, ("---", "---"), *rows.items()]
    return "\n".join(f"| {left} | {right} |" for left, right in lines)
