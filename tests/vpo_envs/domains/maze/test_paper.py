"""The scorer and the reader of the paper's authors, by hand-computed values, and the sizes of splits."""

import numpy as np
import pytest

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import Maze
from vpo_envs.task import Task

# 5 G G L . E
# 4 . . # . .
# 3 . L B . D
# 2 # # . . D
# 1 S . . . D
#   a b c d e
MAZE = Maze(5, frozenset({5, 6, 17}), 0, 24, (20, 21), (4, 9, 14), (11, 22), 12, budget=12, paper=True)
DIAMONDS = "RIGHT RIGHT RIGHT RIGHT UP UP UP UP"
ONE_GOLD = "RIGHT RIGHT UP UP LEFT UP UP RIGHT RIGHT RIGHT"  # c3 b3 b4 b5 c5: B, both lava tiles
LAVA = "RIGHT RIGHT UP UP LEFT RIGHT RIGHT UP RIGHT UP"  # B, and b3 alone of the lava


def score(answer: str, **knobs: str) -> list[float]:
    domain = MazeDomain(paper=True, **knobs)
    return domain.score_batch([Task("", MAZE)], [answer])[0].tolist()


@pytest.mark.parametrize(
    ("answer", "convex", "linear"),
    [
        (f"<answer>{DIAMONDS}</answer>", [1, 0, 1, 1], [1, 0, 1, 1]),
        # 1.5 * (1/2)^2 for gold; no share of the lava avoided.
        (ONE_GOLD, [1, 0.375, 0, 0], [1, 0.5, 0, 0]),
        # avoid_lava is squared and multiplied, too: 1.5 * (1/2)^2.
        (LAVA, [1, 0, 0, 0.375], [1, 0, 0, 0.5]),
        # Without B the share alone is squared: d5 c5 and back.
        ("RIGHT RIGHT RIGHT UP UP UP UP LEFT RIGHT RIGHT", [1, 0, 0, 0.25], [1, 0, 0, 0.5]),
        # Every word of an untagged text is a move.
        ("Go right, RIGHT, then right and right; up! up up up", [1, 0, 1, 1], [1, 0, 1, 1]),
        # The first pair counts, thought included; words inside other words do not.
        (f"<think><ANSWER>{DIAMONDS}</answer></think><answer>UP</answer>", [1, 0, 1, 1], [1, 0, 1, 1]),
        (f"<answer>upright rights {DIAMONDS}</answer>", [1, 0, 1, 1], [1, 0, 1, 1]),
        # An unclosed tag is no tag: the whole text is read.
        (f"UP <answer>{DIAMONDS}", [1, 0, 1, 1], [1, 0, 1, 1]),
        # Tiles are no moves; the budget is 12.
        ("a1 b1 c1 d1 e1 e2 e3 e4 e5", [0, 0, 0, 0], [0, 0, 0, 0]),
        ("LEFT " * 5 + DIAMONDS, [0, 0, 0, 0], [0, 0, 0, 0]),
        ("", [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_scores_by_hand(answer, convex, linear):
    assert score(answer) == pytest.approx(convex)
    assert score(answer, score_mode="linear") == pytest.approx(linear)


def test_duplicates_share_their_moves():
    domain, task = MazeDomain(paper=True), Task("", MAZE)
    keys = {
        domain.answer_key(task, text) for text in (DIAMONDS, DIAMONDS.lower(), f"<answer>{DIAMONDS}</answer>")
    }
    assert len(keys) == 1
    # Moves behind the exit tell answers apart there, as in the authors' code.
    assert domain.answer_key(task, DIAMONDS + " UP") not in keys


def test_tasks_have_the_form_of_the_paper():
    domain = MazeDomain(paper=True)
    task = domain.task("test", 0)
    assert "<answer>" in task.prompt and "<path>" not in task.prompt and "squared" in task.prompt
    best = domain.best_answers(task)
    assert set(" ".join(best).split()) <= {"UP", "DOWN", "LEFT", "RIGHT"}
    assert (domain.score_batch([task] * len(best), best)[:, 0] == 1).all()


def test_the_splits_have_the_authors_sizes_and_share_no_maze():
    domain = MazeDomain(paper=True)
    assert [domain.size(split) for split in ("train", "validation", "test")] == [1000, 100, 100]
    assert domain.task("test", 100) == domain.task("test", 0)
    sets = [{domain.task(split, i).truth for i in range(100)} for split in ("validation", "test")]
    assert len(sets[0] | sets[1]) == 200
    drawn = domain.sample_task(np.random.default_rng(0))
    assert drawn == domain.sample_task(np.random.default_rng(0)) and drawn.truth.paper
    with pytest.raises(ValueError, match="index"):
        domain.task("test", -1)
    assert MazeDomain().size("train") is None
