"""The maze domain: conformance, both answer forms, both score modes, vector environments."""

import hashlib
import os
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from cpu_time import cpu_seconds

import vpo_envs
from tests.vpo_envs.domains.maze.by_hand import HAND, SCATTERED_FIVE, SMALL, score
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import DIRECTIONS
from vpo_envs.env_checker import check_domain
from vpo_envs.task import Task

# Conformance


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        SMALL,
        SCATTERED_FIVE,
        {"score_mode": "convex"},
        {"size": 7, "gold": [1, 2], "diamonds": 4, "lava": 1, "slack": 0, "openings": 3},
        {"size": 26, "layout": "scattered", "lava": 6, "slack": 20},
    ],
    ids=repr,
)
def test_conforms(knobs):
    check_domain(MazeDomain(**knobs), tasks=4)


@pytest.mark.parametrize("id", ["vpo/Maze-v0", "vpo/MazeSmall-v0"])
def test_registered_environment_trains_from_prompt_to_reward(id):
    env = gym.make(id, num_candidates=3)
    prompt, _ = env.reset(seed=3)
    domain, task = env.unwrapped.domain, env.unwrapped.task
    assert prompt == (task.compact if id == "vpo/MazeSmall-v0" else task.prompt)
    best = domain.best_answers(task)[0]
    _, rewards, terminated, _, _ = env.step((best, "no route"))
    assert rewards.shape == (3, 4) and terminated
    assert rewards[0, 0] == 1 and not rewards[1:].any()


def test_small_variant_fits_a_tiny_model():
    domain = MazeDomain(**SMALL)
    tasks = [domain.task("train", i) for i in range(300)]
    words = {word for task in tasks for word in task.compact.split()}
    assert len(words) <= 300
    # the budget, walls, lava, treasures, S and E
    assert {len(task.compact.split()) for task in tasks} == {1 + 10 + 4 + 3 + 3 + 2}
    assert max(task.truth.budget for task in tasks) <= 20
    rng = np.random.default_rng(0)
    answers = [answer for task in tasks[:50] for answer in domain.demonstrations(task, rng)]
    assert max(len(answer.split()) for answer in answers) <= 21


def test_tasks_do_not_depend_on_the_hash_seed():
    program = (
        "import hashlib, numpy as np; from vpo_envs.domains.maze import MazeDomain\n"
        "tasks = [(d, d.task('test', i)) for d in (MazeDomain(), "
        "MazeDomain(layout='scattered', size=6)) for i in range(5)]\n"
        "rng = np.random.default_rng(0)\n"
        "text = repr([(t.prompt, d.demonstrations(t, rng), d.best_answers(t)) for d, t in tasks])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1 and len(digests.pop().strip()) == len(hashlib.sha256().hexdigest())


# Answers


DIAMONDS = [1, 0, 1, 1]
NOTHING = [0, 0, 0, 0]


@pytest.mark.parametrize(
    "answer",
    [
        "RIGHT RIGHT RIGHT RIGHT UP UP UP UP",
        "right,Right, riGHT\nRIGHT  up\tup,,up up",
        "a1 b1 c1 d1 e1 e2 e3 e4 e5",
        "b1 c1 d1 e1 e2 e3 e4 e5",
        "B1,C1,D1,E1,E2,E3,E4,E5",
        "I go UP for the diamonds. <path>b1 c1 d1 e1 e2 e3 e4 e5</path> Done, RIGHT?",
        "<PATH>\nRIGHT RIGHT RIGHT RIGHT UP UP UP UP\n</Path>",
        # What follows the exit is not walked.
        "RIGHT RIGHT RIGHT RIGHT UP UP UP UP DOWN DOWN",
        "b1 c1 d1 e1 e2 e3 e4 e5 a1",
        # Bumps off the grid and into the wall a2, three of the four steps to spare.
        "DOWN LEFT UP RIGHT RIGHT RIGHT RIGHT UP UP UP UP",
        "a2 b1 c1 d1 e1 e2 e3 e4 e5",
        "a1 a2 a2 b1 b2 c1 d1 e1 e2 e3 e4 e5",
    ],
)
def test_equivalent_routes(answer):
    assert score(answer) == DIAMONDS


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "a1",
        # Tiles that do not border the walker: a jump, a diagonal, standing still, going on after a bump.
        "b1 d1 e1 e2 e3 e4 e5",
        "b1 c1 d1 e2 e3 e4 e5",
        "a1 a1 b1 c1 d1 e1 e2 e3 e4 e5",
        "a2 a3 a4 a5 b5 c5 d5 e5",
        # A tile off the grid.
        "b1 c1 d1 e1 f1 e1 e2 e3 e4 e5",
        # Stopping short, and one step too many for the budget of 12.
        "RIGHT RIGHT RIGHT RIGHT UP UP UP",
        "LEFT LEFT LEFT LEFT LEFT RIGHT RIGHT RIGHT RIGHT UP UP UP UP",
    ],
)
def test_void_answers(answer):
    assert score(answer) == NOTHING


def test_the_budget_is_usable_to_the_last_step():
    assert score("LEFT " * 4 + "RIGHT " * 4 + "UP " * 4) == DIAMONDS


@pytest.mark.parametrize(
    ("answer", "linear", "convex"),
    [
        # Both gold and both lava tiles, over B: 1.5 * 1 is clipped.
        ("b1 c1 c2 c3 b3 a3 a4 a5 b5 c5 d5 e5", [1, 1, 0, 0], [1, 1, 0, 0]),
        # One gold tile, over B: 1.5 * (1/2)^2.
        ("b1 c1 c2 c3 b3 b4 b5 c5 d5 e5", [1, 1 / 2, 0, 0], [1, 0.375, 0, 0]),
        # One diamond of three, with B and without.
        ("b1 c1 c2 c3 d3 e3 e4 e5", [1, 0, 1 / 3, 1], [1, 0, 1.5 / 9, 1]),
        ("b1 c1 c2 d2 d3 e3 e4 e5", [1, 0, 1 / 3, 1], [1, 0, 1 / 9, 1]),
        # A tile visited twice counts once.
        ("b1 c1 d1 e1 d1 e1 e2 d2 e2 e3 e4 e5", [1, 0, 1, 1], [1, 0, 1, 1]),
        # Lava once; nothing collected, over B: 1.5 * (1/2)^2.
        ("b1 c1 c2 c3 b3 c3 d3 d4 e4 e5", [1, 0, 0, 1 / 2], [1, 0, 0, 0.375]),
        # The same lava without B: (1/2)^2.
        ("b1 c1 d1 d2 d3 d4 d5 c5 d5 e5", [1, 0, 0, 1 / 2], [1, 0, 0, 1 / 4]),
    ],
)
def test_scores_by_hand(answer, linear, convex):
    assert score(answer) == pytest.approx(linear)
    assert score(answer, "convex") == pytest.approx(convex)


def test_random_moves_match_a_naive_walker():
    domain = MazeDomain(openings=(18, 28), detour=0)  # open enough for walks that drift to arrive
    rng = np.random.default_rng(0)
    arrived = 0
    for index in range(40):
        task = domain.task("train", index)
        maze = task.truth
        for _ in range(40):
            # Drift from start to exit, so that many walks arrive.
            toward_row = "UP" if maze.exit >= maze.size else "DOWN"
            toward_column = "RIGHT" if maze.exit % maze.size else "LEFT"
            moves = rng.choice(
                ["UP", "DOWN", "LEFT", "RIGHT", *[toward_row, toward_column] * 4], size=maze.budget + 3
            )
            row, column = divmod(maze.start, maze.size)
            visited = set()
            reached = False
            for move in moves[: maze.budget]:
                right, up = DIRECTIONS[move.lower()]
                r, c = row + up, column + right
                if 0 <= r < maze.size and 0 <= c < maze.size and r * maze.size + c not in maze.walls:
                    row, column = r, c
                visited.add(row * maze.size + column)
                if row * maze.size + column == maze.exit:
                    reached = True
                    break
            expected = NOTHING
            if reached:
                shares = [len(visited & set(t)) / len(t) for t in (maze.gold, maze.diamonds, maze.lava)]
                expected = [1, shares[0], shares[1], 1 - shares[2]]
            arrived += reached
            assert domain.score(task, " ".join(moves)) == pytest.approx(expected)
    assert arrived > 200


@pytest.mark.parametrize(
    "answer",
    ["a1 b1 " * 3333, "UP," * 6666, "<path>" * 3333, "<path>" + "z9 " * 6600 + "</path>", " " * 20_000],
    ids=["cells", "moves", "tags", "no cells", "blank"],
)
def test_hostile_length_is_cheap(answer):
    domain = MazeDomain()
    task = domain.task("train", 0)
    assert cpu_seconds(lambda: domain.score(task, answer)) < 0.1


# The front of a maze small enough to see


@pytest.mark.parametrize(
    ("score_mode", "expected"),
    [
        # All diamonds; one gold tile the way back from d5, stepping on c5 alone; both behind both lava tiles.
        ("linear", [DIAMONDS, [1, 0.5, 0, 0.5], [1, 1, 0, 0]]),
        # The second of them gains from a detour over B: 1.5 * (1/2)^2, for gold and for lava.
        ("convex", [DIAMONDS, [1, 0.375, 0, 0.375], [1, 1, 0, 0]]),
    ],
)
def test_front_of_the_hand_drawn_maze(score_mode, expected):
    domain = MazeDomain(score_mode=score_mode)
    answers = domain.best_answers(Task("", HAND))
    assert sorted(score(answer, score_mode) for answer in answers) == sorted(expected)
    assert "a1 b1 c1 d1 e1 e2 e3 e4 e5" in answers


def test_vector_environment_of_mazes():
    envs = vpo_envs.make_vec("vpo/MazeSmall-v0", 3, num_candidates=2)
    envs.reset(seed=0)
    _, rewards, _, _, _ = envs.step([("UP", "DOWN")] * 3)
    assert rewards.shape == (3, 2, 4)
