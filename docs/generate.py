"""Generator of docs/environments/ from the registry: `python docs/generate.py`.

One page per domain: a picture (`docs/pictures.py`), its docstring, its objectives, the reference scores of
its variants (`docs/reference_scores.py`), and for each of them its knobs and an example with demonstrations
and the true front.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from pathlib import Path

import gymnasium as gym
import numpy as np

import vpo_envs
from vpo_envs.registration import ENV_KWARGS

FOLDER = Path(__file__).parent / "environments"
SCORES = FOLDER / "reference.json"
SHOWN = 4  # answers of a front
WIDTH = 120  # of lines of Markdown
CAPTION = """\
Left: the true front of one task and 30 demonstrations, an axis for each objective. Right: the best of a pool
of demonstrations under random weightings, as a share of the front."""
REFERENCE = """\
## Reference scores

Means over the first {tasks} test tasks (`python docs/reference_scores.py`). The first three columns are
single answers by the fixed scalar: the best constant text, a demonstration (which a warm start imitates), the
best answer. The others are E_w[best] of a pool; `front` is the most that is possible.

| | constant | demonstration | oracle | 8 constants | 8 demonstrations | 30 | front |
|---|---|---|---|---|---|---|---|
"""


def page(ids: list[str]) -> str:
    """Returns the page of one domain; `ids` are its registered environments, the standard one first."""
    domain = gym.make(ids[0]).unwrapped.domain
    title = ids[0].split("/")[-1].rsplit("-", 1)[0]
    summary, _, rest = (inspect.getdoc(type(domain)) or "").partition("\n\n")
    parts = [f"# {title}", summary, f"![{title}](../images/environments/{title}.png)", CAPTION, rest]
    parts.append(
        "## Objectives\n\n"
        + "\n".join(
            ["| name | weight in `w*` | |", "|---|---|---|"]
            + [
                f"| `{objective.name}` | {weight:.3g} | {objective.description} |"
                for objective, weight in zip(domain.objectives, domain.weights)
            ]
        )
    )
    parts.append(reference(ids))
    parts += [variant(id) for id in ids]
    return "\n\n".join(parts) + "\n"


def reference(ids: list[str]) -> str:
    """Returns the table of reference scores, from the file that `docs/reference_scores.py` writes."""
    scores = json.loads(SCORES.read_text())
    rows = []
    for id in ids:
        one = scores[id]
        cells = [one["constant"], one["demonstration"], one["oracle"], one["eight_constants"]]
        cells += [one["pool"]["8"], one["pool"]["30"], one["oracle_set"]]
        rows.append(f"| `{id}` | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return REFERENCE.format(tasks=scores[ids[0]]["tasks"]) + "\n".join(rows)


def variant(id: str) -> str:
    """Returns the section of a registered environment: its settings and its first test task."""
    env = gym.make(id)
    domain, style = env.unwrapped.domain, env.unwrapped.prompt_style
    settings = {k: v for k, v in env.spec.kwargs.items() if k != "domain" and k not in ENV_KWARGS}
    task = domain.task("test", 0)
    shown = [f"## `{id}`"]
    if settings:
        text = "Settings: " + ", ".join(f"`{key}={value!r}`" for key, value in settings.items())
        shown.append(textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))
    shown.append(f"Prompt of task `{task.id}` ({style}):\n\n{block(task.text(style))}")
    demonstrations = list(domain.demonstrations(task, np.random.default_rng(0)))[:3]
    if demonstrations:
        rewards = domain.score_batch([task] * len(demonstrations), demonstrations)
        shown.append("Demonstrations and their rewards:\n\n" + block(listing(demonstrations, rewards)))
    best = domain.best_answers(task)
    if best:
        rewards = domain.score_batch([task] * len(best), best)
        kept = np.unique(rewards, axis=0, return_index=True)[1]
        some = kept[np.linspace(0, len(kept) - 1, min(SHOWN, len(kept))).astype(int)]
        points = f"{len(some)} of the {len(kept)} points" if len(some) < len(kept) else "The points"
        shown.append(
            f"{points} of the true front:\n\n" + block(listing([best[i] for i in some], rewards[some]))
        )
    return "\n\n".join(shown)


def block(text: str) -> str:
    """Returns a fenced block, also of a text that has fences itself."""
    fence = "````" if "```" in text else "```"
    return f"{fence}\n{text}\n{fence}"


def listing(answers: list[str], rewards: np.ndarray) -> str:
    """Lists answers with their reward vectors, those of several lines below them."""
    return "\n".join(
        f"[{', '.join(f'{value:.2f}' for value in reward)}]" + ("\n" if "\n" in answer else "  ") + answer
        for answer, reward in zip(answers, rewards)
    )


def pages() -> dict[str, str]:
    """Returns the file names and contents of all pages."""
    by_domain: dict[str, list[str]] = {}
    for id in vpo_envs.registered_ids():
        if id.startswith("vpo/"):
            by_domain.setdefault(gym.spec(id).kwargs["domain"], []).append(id)
    contents = {}
    for ids in by_domain.values():
        ids.sort(key=len)
        contents[ids[0].split("/")[-1].rsplit("-", 1)[0] + ".md"] = page(ids)
    return contents


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content)
        print(FOLDER / name)
