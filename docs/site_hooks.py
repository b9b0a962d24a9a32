"""Hooks of the documentation site, see `mkdocs.yml`."""

from __future__ import annotations

import re
from typing import Any

import griffe

OUTSIDE = re.compile(
    r"\[([^\]]*)\]\((?:\.\./)+(?:examples|benchmarks|tests|README|CONTRIBUTING|CHANGELOG)[^)]*\)"
)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Keeps the text of links to files of the repository that are no part of the site."""
    return OUTSIDE.sub(r"\1", markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Makes plain cells of empty table headers: a header without a text says nothing to a screen reader."""
    return re.sub(r"<th([^>]*)></th>", r"<td\1></td>", html)


class Examples(griffe.Extension):
    """Extension that marks doctests under `Example:` as code: griffe knows the plural alone."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Changes the heading in an object's docstring."""
        if obj.docstring:
            obj.docstring.value = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
