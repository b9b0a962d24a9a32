"""Notebooks run from top to bottom; their last cells check what their text says.

They are stored with their outputs, which hosts of repositories show. After a change rewrite these with
`python tests/docs/test_notebooks.py NAME ...`; without names, those of all notebooks.
"""

import os
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST = 150_000
"""Bytes of a notebook with its outputs."""


def executed(path, folder):
    """Returns a notebook with the outputs of a run in a folder, without what is written to standard error."""
    import nbclient
    import nbformat

    book = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(folder)}}
    run = nbclient.NotebookClient(
        book, timeout=600, kernel_name="python3", resources=place, record_timing=False
    )
    metadata = dict(book.metadata)
    run.execute()
    book.metadata = metadata  # the run notes the version of Python
    for cell in code_cells(book):
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return book


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def kinds(book):
    """Returns the kinds of each code cell's outputs; texts in several parts count as one."""
    cells = [
        [(output.output_type, *sorted(output.get("data", ()))) for output in cell.outputs]
        for cell in code_cells(book)
    ]
    return [[kind for kind, _ in groupby(cell)] for cell in cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_gives_outputs_like_the_stored_ones(path, tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    book = executed(path, tmp_path)
    found = [kind for cell in kinds(book) for kind in cell]
    assert ("stream",) in found and ("display_data", "image/png", "text/plain") in found
    assert kinds(nbformat.read(path, as_version=4)) == kinds(book)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_small_and_of_a_whole_run(path):
    nbformat = pytest.importorskip("nbformat")
    book = nbformat.read(path, as_version=4)
    cells = code_cells(book)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert path.stat().st_size < LARGEST
    shown = str([cell.outputs for cell in cells])
    assert not any(word in shown for word in ("Traceback", "stderr", str(Path.home()), tempfile.gettempdir()))


def test_there_are_four():
    assert [path.stem for path in NOTEBOOKS] == [
        "compare_agents",
        "concept",
        "new_environment",
        "search_and_choose",
    ]


if __name__ == "__main__":
    import nbformat

    os.environ["PYTHONPATH"] = str(ROOT)
    for notebook in NOTEBOOKS:
        if not sys.argv[1:] or notebook.stem in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as folder:
                nbformat.write(executed(notebook, folder), notebook)
            print(notebook.relative_to(ROOT), notebook.stat().st_size)
