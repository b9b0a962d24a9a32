"""Agents on a model hub: upload with a model card, download and load."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import gymnasium as gym

from vpo_agent.agents.evaluation import Evaluation
from vpo_envs.extras import import_extra

if TYPE_CHECKING:
    from vpo_agent.agents.config import AgentConfig
    from vpo_agent.tasks.source import TaskSource

CARD = "README.md"
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

agent = {agent}.from_pretrained("{repo}")
answers, _ = agent.predict(prompt)
```

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
@article{{bahlousboldi2026vector,
  title  = {{Vector Policy Optimization: Training for Diversity Improves Test-Time Search}},
  author = {{Bahlous-Boldi, Ryan and Puri, Isha and Shenfeld, Idan and Kumar, Akarsh and Damani, Mehul and
            Risi, Sebastian and Khattab, Omar and Hong, Zhang-Wei and Agrawal, Pulkit}},
  journal = {{arXiv preprint arXiv:2605.22817}},
  year   = {{2026}}
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
        results: Evaluation | None = None,
        private: bool | None = None,
        token: str | None = None,
        commit_message: str = "Upload of a vpo-gym agent",
    ) -> str:
        """Uploads the checkpoint with a model card; creates the repository if there is none.

        Args:
            repo_id: Repository, `owner/name`.
            results: Evaluation (`vpo_agent.evaluate`) whose summary the card shows; None: the card says that
                the agent was not evaluated.
            private: Whether a new repository is private; None: the owner's default.
            token: Access token; None: the one of `hf auth login` or of the variable `HF_TOKEN`.
            commit_message: Message of the commit.

        Returns:
            Address of the commit.

        Raises:
            huggingface_hub.errors.HfHubHTTPError: If the hub refuses, for example without a valid token.
        """
        hub = import_extra("huggingface_hub", "agents", "push_to_hub")
        api = hub.HfApi(token=token)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, "agent")
            self.save(folder)
            (folder / CARD).write_text(model_card(self, repo_id, results))
            repo = api.create_repo(repo_id, private=private, exist_ok=True).repo_id
            commit = api.upload_folder(repo_id=repo, folder_path=folder, commit_message=commit_message)
        return str(commit.commit_url)

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


def model_card(agent: Saved, repo_id: str, results: Evaluation | None = None) -> str:
    """Returns the model card of an agent, in Markdown.

    Args:
        agent: The agent.
        repo_id: Repository in which the card will lie.
        results: Evaluation whose summary it shows.
    """
    spec = agent.source.spec
    knobs = {name: value for name, value in (spec.kwargs if spec else {}).items() if name != DOMAIN}
    kind = type(agent)
    settings = dict(sorted(vars(agent.config).items()))
    given = ", ".join(f"`{name}={value!r}`" for name, value in knobs.items())
    objectives = zip(agent.source.objective_names, agent.source.weights)
    return TEXT.format(
        agent=kind.__name__,
        module=kind.__module__.partition(".")[0],
        about=(kind.__doc__ or "").strip().partition("\n")[0],
        env=spec.id if spec else "an environment of its own",
        settings=f" with {given}" if given else "",
        objectives=", ".join(f"`{name}` ({weight:.2f})" for name, weight in objectives),
        updates=agent.num_updates,
        timesteps=agent.num_timesteps,
        config=_table(("setting", "value"), {name: f"`{value!r}`" for name, value in settings.items()}),
        results=_results(results),
        repo=repo_id,
    )


def _results(results: Evaluation | None) -> str:
    if results is None:
        return "The agent was not evaluated; `vpo_agent.evaluate(agent)` does so."
    tasks, pool = results.rewards.shape[:2]
    split = results.tasks[0].partition("/")[0]
    measures = {f"`{name}`": f"{value:.4f}" for name, value in results.summary().items()}
    return f"Means over {tasks} tasks of the split `{split}`, pools of {pool} answers:\n\n" + _table(
        ("measure", "mean"), measures
    )


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    lines = [head, ("---", "---"), *rows.items()]
    return "\n".join(f"| {left} | {right} |" for left, right in lines)
