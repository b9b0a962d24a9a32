"""Hooks of the documentation site, see `mkdocs.yml`."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

OUTSIDE = re.compile(
    r"\[([^\]]*)\]\((?:\.\./)+(?:examples|benchmarks|tests|README|CONTRIBUTING|CHANGELOG)[^)]*\)"
)

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> None:
    """Adds a page for each notebook of the repository, with its stored outputs."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        text, pictures = notebook_page(json.loads(path.read_text("utf-8"))["cells"], path.stem)
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=text))
        for name, content in pictures.items():
            files.append(File.generated(config, f"notebooks/{name}", content=content))


def notebook_page(cells: list[dict[str, Any]], stem: str) -> tuple[str, dict[str, bytes]]:
    """Returns a notebook's cells and outputs as Markdown, and its pictures by file name."""
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in cells:
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
        printed = "".join("".join(output.get("text", "")) for output in cell.get("outputs", ()))
        if printed:
            parts.append(f"```text\n{printed.rstrip()}\n```")
        for output in cell.get("outputs", ()):
            if picture := output.get("data", {}).get("image/png"):
                name = f"{stem}-{len(pictures)}.png"
                pictures[name] = base64.b64decode(picture)
                parts.append(f"![The picture that the code above draws]({name})")
    opening, *rest = parts
    parts = [
        opening,
        f"This page shows `notebooks/{stem}.ipynb` of a clone, with the outputs of a run.",
        *rest,
    ]
    return "\n\n".join(parts) + "\n", pictures


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
