"""Parts of an answer: lines that go on, texts of laws, and texts of experiments."""

import pytest

from tests.vpo_envs.domains.science.by_hand import PROBLEM
from vpo_envs.domains.science.answer_parts import (
    EQUALS,
    MAX_ATTEMPTS,
    MAX_EXPERIMENT_LENGTH,
    MAX_SIDES,
    REMARK,
    TAG,
    joined_lines,
    law_and_experiment_texts,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("y = x\n\n  t = 1 s", ["y = x", "  t = 1 s"]),
        ("So:\n```python\ny = x\n```\n~~~\nt = 1\n~~~~", ["So:", "y = x", "t = 1"]),
        ("---\n> **y = x**.\n***", ["> **y = x**."]),
        ("y =\n  **2*x**\nend", ["y = 2*x", "end"]),
        ("y =\n\n```\n2*x =\nx + x\n```\nend", ["y = 2*x = x + x", "end"]),
        ("- **y** ≈ \n- 2*x\nend", ["- **y** ≈  2*x", "end"]),
        ("y = `\n2*x", ["y = ` 2*x"]),
        ("y = x\n= 2", ["y = x", "= 2"]),
        ("y =", ["y ="]),
        ("y = 2*(x -\n 1)\nend", ["y = 2*(x - 1)", "end"]),
        ("y = 2*x +\n- 1\nend", ["y = 2*x + 1", "end"]),
        ("y = 2*(x\ny = 2*x", ["y = 2*(x", "y = 2*x"]),
        ("see (below\nend", ["see (below", "end"]),
    ],
)
def test_an_unfinished_line_goes_on(text, lines):
    assert joined_lines(text) == lines


@pytest.mark.parametrize(("length", "count"), [(MAX_EXPERIMENT_LENGTH - 1, 1), (MAX_EXPERIMENT_LENGTH, 2)])
def test_lines_do_not_go_on_without_end(length, count):
    assert len(joined_lines("y".ljust(length - 1) + "=\nx")) == count


@pytest.mark.parametrize(
    ("lines", "laws", "experiments"),
    [
        (["y = x", "experiment: x = 1 m"], ["y = x", ""], [" x = 1 m"]),
        (["y = x experiment: x = 1 m"], ["y = x "], [" x = 1 m"]),
        (["**Experiment 2:** x = 1"], ["**"], ["** x = 1"]),
        (["<experiment>x = 1</experiment>"], [""], ["x = 1</experiment>"]),
        (["<next experiment>x = 1"], [""], ["x = 1"]),
        (["| Experiment | x = 1 |"], ["| "], [" x = 1 |"]),
        (["My experiment — x = 1"], [""], ["x = 1"]),
        (["The next experiment = x = 1"], [""], [" x = 1"]),
        (["experiment: x = 1, experiment: x = 2"], [""], [" x = 1, ", " x = 2"]),
        (["experiment: x = 1", "y = x", "experiment: x = 2"], ["", "y = x", ""], [" x = 1", " x = 2"]),
        # settings stand below the label, as many lines as there are inputs
        (["experiment:", "- x = 1", "t = 2", "y = x"], ["", "- x = 1", "t = 2", "y = x"], ["x = 1, t = 2"]),
        (["y = x", "**Experiment:**", "x = 1"], ["y = x", "**", "x = 1"], ["x = 1"]),
        (["experiment:"], [""], [""]),
        # refused ones
        (["Not this experiment: x = 1"], ["Not this "], []),
        (["avoid experiment: x = 1; experiment: x = 2"], ["avoid "], [" x = 2"]),
        (["experiment: x = 1, but not experiment: x = 2"], [""], [" x = 1, but not "]),
        (["do not choose the experiment x = 1"], ["do not choose the experiment x = 1"], []),
        # without a label
        (["x = 1 m, t = 2 s"], ["x = 1 m, t = 2 s"], ["x = 1 m, t = 2 s"]),
        (["- **t = 2 s**.", "y = x"], ["- **t = 2 s**.", "y = x"], ["t = 2 s"]),
        (["In the experiment set x = 1"], ["In the experiment set x = 1"], [" set x = 1"]),
        (["my experiments x = 1"], ["my experiments x = 1"], []),
        (["## Experiment", "- x: 1", "t: 2", "y"], ["## Experiment", "- x: 1", "t: 2", "y"], ["x: 1, t: 2"]),
        (["2. **Next experiment**", "x: 1"], ["2. **Next experiment**", "x: 1"], ["x: 1"]),
        (["The experiment", "a b", "x = 1"], ["The experiment", "a b", "x = 1"], ["a b, x = 1", "x = 1"]),
        (["This experiment", "x: 1"], ["This experiment", "x: 1"], []),
        (["x is 1"], ["x is 1"], []),
        (["experiment is x to 1"], ["experiment is x to 1"], []),
        (["x = 3", "experiment: x = 1"], ["x = 3", ""], [" x = 1"]),
        ([], [], []),
    ],
)  # fmt: skip
def test_texts_of_laws_and_of_experiments(lines, laws, experiments):
    assert law_and_experiment_texts(PROBLEM, lines) == (laws, experiments)


@pytest.mark.parametrize(("length", "count"), [(MAX_EXPERIMENT_LENGTH, 1), (MAX_EXPERIMENT_LENGTH + 1, 0)])
def test_long_lines_without_a_label_hold_no_experiment(length, count):
    line = "x = 1".ljust(length, "0")
    assert len(law_and_experiment_texts(PROBLEM, [line])[1]) == count
    assert law_and_experiment_texts(PROBLEM, [f"experiment: {line}"])[1] == [f" {line}"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2*x; good", 3),
        ("2*x, good", 3),
        ("2,5*x", None),
        ("2*x where x is", 3),
        ("x as t grows", 1),
        ("2*x to first order", 3),
        ("x to 3", None),
        ("2*x. This is", 3),
        ("2*x. 5", None),
        ("2*x // note", 4),
        ("2*x # note", 3),
        ("2*x → 3", 4),
        ("2*xas", None),
        ("2*x</law>", 3),
    ],
)
def test_remarks_begin_behind_a_law(text, start):
    found = REMARK.search(text)
    assert (found and found.start()) == start


@pytest.mark.parametrize(
    ("text", "sides"),
    [("y = x", 2), ("y ≈ x = 2", 3), ("y == x", 1), ("y <= x", 1), ("y := x", 1), ("y != x >= 2", 1)],
)
def test_signs_of_equality_part_sides(text, sides):
    assert len(EQUALS.split(text)) == sides


def test_tags_begin_a_line():
    assert TAG.sub("", "<law>y = <x>") == "y = <x>" and not TAG.match("<3>") and not TAG.match("a <law>")


def test_attempts_are_bounded():
    assert (MAX_ATTEMPTS, MAX_SIDES, MAX_EXPERIMENT_LENGTH) == (24, 4, 300)
