"""A trial save before the first step: an agent that cannot be saved is detected before the work is done."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from vpo_agent.agents.checkpoint import STATE, mistyped
from vpo_agent.agents.config import AgentConfig
from vpo_agent.common import distributed
from vpo_agent.models import lora
from vpo_agent.models.policy import Policy


def check_saving(state: dict[str, Any], policy: Policy, config_class: type[AgentConfig]) -> None:
    """Saves all that a checkpoint holds to a temporary folder, and reads back what is small.

    Of a model's weights one number each is written, so that the trial of a large model takes a moment.

    Args:
        state: Description of the agent.
        policy: The policy.
        config_class: Class of the settings in the description.

    Raises:
        ValueError: If a part cannot be saved or read again; the message names it and the remedy.
    """
    if not distributed.is_main():
        return
    _check_description(state)
    _check_settings(state, config_class)
    with tempfile.TemporaryDirectory(prefix="vpo-trial-") as folder:
        try:
            policy.save_pretrained(Path(folder), trial=True)
            if policy.adapters is not None:
                lora.check_saved(policy.adapters, Path(folder), policy.dtype)
        except Exception as error:  # libraries raise all kinds of errors
            raise ValueError(
                f"policy: {type(policy.model).__name__} or its tokenizer cannot be saved, so no checkpoint "
                f"could be written after training ({error}); load a model that save_pretrained can write"
            ) from error
        _check_tokenizer(policy, folder)


def _check_description(state: dict[str, Any]) -> None:
    """Checks that a description can be written as JSON, and that `read_state` would take it."""
    for name, value in {**state["config"], **state}.items():
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{name}={value!r:.80} cannot be saved as JSON ({error}); give plain values: numbers, "
                "texts, lists and dictionaries of them"
            ) from error
    if wrong := mistyped({**state, "files": {}}):  # the files are known once they are written
        values = ", ".join(f"{name}={state.get(name)!r:.80}" for name in wrong)
        kinds = ", ".join(STATE[name].__name__ for name in wrong)
        raise ValueError(f"{values} could not be loaded again from a checkpoint; it must be of type {kinds}")


def _check_settings(state: dict[str, Any], config_class: type[AgentConfig]) -> None:
    settings = json.loads(json.dumps(state["config"]))
    try:
        config_class.from_settings(settings)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the settings of {state['agent']} cannot be read again from their JSON form ({error}); "
            "declare fields that JSON can hold, such as list in place of tuple"
        ) from error


def _check_tokenizer(policy: Policy, folder: str) -> None:
    text = "<candidate_1> 12 a b </candidate_1>\n"
    try:
        again = AutoTokenizer.from_pretrained(folder)
        same = again(text)["input_ids"] == policy.tokenizer(text)["input_ids"]
    except Exception as error:  # libraries raise all kinds of errors
        raise ValueError(
            f"policy: its {type(policy.tokenizer).__name__} cannot be read again once it is saved ({error}); "
            "load the tokenizer with AutoTokenizer.from_pretrained"
        ) from error
    if not same:
        raise ValueError(
            f"policy: its {type(policy.tokenizer).__name__} reads other tokens once it is saved and loaded; "
            "load the tokenizer with AutoTokenizer.from_pretrained"
        )
