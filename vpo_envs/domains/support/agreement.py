"""Agreement of the built-in scorers with a person: labelled replies against scores.

Usage:

    python -m vpo_envs.domains.support.agreement tests/data/support_replies.jsonl

A line of the file is a JSON object with `split` and `index` of the ticket, `reply`, a label `high` or `low`
for each objective, and `part`: replies of the part `development` were looked at while the scorers were
written, those of `held-out` were not. A score counts as high from 0.5 on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domain import Domain
from vpo_envs.domains.support.domain import SupportDomain

LABELS = ("low", "high")
THRESHOLD = 0.5


def read_labelled(path: str | Path) -> list[dict[str, Any]]:
    """Reads a file of labelled replies.

    Raises:
        ValueError: If a line lacks a field or a label is neither `high` nor `low`; names line and field.
    """
    rows = []
    for number, line in enumerate(Path(path).read_text("utf-8").splitlines(), 1):
        row = json.loads(line)
        for field in ("split", "index", "reply", "part"):
            if field not in row:
                raise ValueError(f"{path}, line {number}: the field {field!r} is missing")
        for name in SupportDomain().objective_names:
            if row.get(name) not in LABELS:
                raise ValueError(f"{path}, line {number}: {name}={row.get(name)!r} must be high or low")
        rows.append(row)
    return rows


def matches(domain: Domain, rows: Sequence[dict[str, Any]]) -> NDArray[np.bool_]:
    """Returns for n replies and d objectives whether score and label agree, shape (n, d)."""
    tasks = [domain.task(row["split"], row["index"]) for row in rows]
    high = domain.score_batch(tasks, [row["reply"] for row in rows]) >= THRESHOLD
    labels = [[row[name] == "high" for name in domain.objective_names] for row in rows]
    return np.asarray(high == np.array(labels))


def report(path: str | Path) -> str:
    """Returns the share of agreement by part and objective, and every disagreement."""
    domain, rows = SupportDomain(), read_labelled(path)
    agree = matches(domain, rows)
    lines = []
    for part in dict.fromkeys(row["part"] for row in rows):
        chosen = [i for i, row in enumerate(rows) if row["part"] == part]
        shares = zip(domain.objective_names, agree[chosen].mean(axis=0))
        lines.append(f"{part} ({len(chosen)} replies): " + ", ".join(f"{n} {s:.1%}" for n, s in shares))
    for row, correct in zip(rows, agree):
        wrong = [f"{n} is {row[n]}" for n, ok in zip(domain.objective_names, correct) if not ok]
        if wrong:
            reply = " ".join(row["reply"].split())
            lines.append(f"{row['split']}/{row['index']} {', '.join(wrong)}: {reply}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(sys.argv[1]))
