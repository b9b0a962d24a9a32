"""Messages that the troubleshooting page quotes are those of the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
ROWS = [line.split(" | ")[0].strip("| ") for line in PAGE.splitlines() if line.startswith("| `")]


@pytest.fixture(scope="module")
def source():
    """All string literals of the packages, joined where Python joins them."""
    texts = []
    for package in ("vpo_envs", "vpo_agent", "baselines", "vpo_cli"):
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text()
            text = re.sub(r"""["']\n\s*f?r?["']""", "", text)  # adjacent literals
            texts.append(re.sub(r"\{[^{}]*\}", "...", text.replace('\\"', '"')))
    return "\n".join(texts)


@pytest.mark.parametrize("row", ROWS)
def test_a_quoted_message_occurs_in_the_code(row, source):
    quoted = re.match(r"``? ?(.*?) ?``?(?: |$)", row)[1]
    parts = [part.strip() for part in quoted.split("...") if part.strip(" =;:")]
    assert parts
    for part in parts:
        assert part in source, part
