"""The maze domain: conformance, both answer forms, both score modes, demonstrations, rendering."""

import hashlib
import os
import subprocess
import sys
import time

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs.domains.maze import MazeDomain, draw_maze
from vpo_envs.domains.maze.grid import DIRECTIONS, Maze, cell_names
from vpo_envs.env_checker import check_domain
from vpo_envs.task import Task

SMALL = {"size": 6, "layout": "scattered", "ends": 3, "walls": 10, "gold": 3, "diamonds": 3, "lava": 4}
SCATTERED_FIVE = {
    "size": 5,
    "layout": "scattered",
    "walls": 4,
    "gold": 3,
    "diamonds": 3,
    "lava": 3,
    "slack": 2,
}


def maze_from(drawing: str, budget: int) -> Maze:
    """A maze from its drawing, top row first, one character per tile."""
    rows = drawing.split()[::-1]
    tiles: dict[str, list[int]] = {symbol: [] for symbol in "#.SEGDLB"}
    for i, symbol in enumerate("".join(rows)):
        tiles[symbol].append(i)
    bonus = tiles["B"][0] if tiles["B"] else None
    return Maze(
        len(rows),
        frozenset(tiles["#"]),
        tiles["S"][0],
        tiles["E"][0],
        tuple(tiles["G"]),
        tuple(tiles["D"]),
        tuple(tiles["L"]),
        bonus,
        budget,
    )


HAND = maze_from("GGL.E ..#.. .LB.D ##..D S...D", budget=12)
"""
5 G G L . E
4 . . # . .
3 . L B . D
2 # # . . D
1 S . . . D
  a b c d e
"""


def score(answer: str, score_mode: str = "linear", maze: Maze = HAND) -> list[float]:
    domain = MazeDomain(score_mode=score_mode)
    return domain.score_batch([Task("", maze)], [answer])[0].tolist()


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
    seconds = []
    for _ in range(5):
        start = time.process_time()
        domain.score(task, answer)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.1


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


# Demonstrations, feedback, prompts, rendering


@pytest.mark.parametrize("knobs", [{}, SMALL, SCATTERED_FIVE], ids=["nine", "small", "five"])
def test_demonstrations_arrive_differ_and_vary_in_quality(knobs):
    domain = MazeDomain(**knobs)
    rng = np.random.default_rng(0)
    tasks = [domain.task("train", index) for index in range(60)]
    pools = [domain.demonstrations(task, rng) for task in tasks]
    assert all(len(set(pool)) == len(pool) >= 1 for pool in pools)
    assert np.mean([len(pool) for pool in pools]) > 3
    rewards = [domain.score_batch([task] * len(pool), pool) for task, pool in zip(tasks, pools)]
    together = np.concatenate(rewards)
    assert (together[:, 0] == 1).all()
    # They show how to walk: most collect nothing of a kind, few all of it; many step on lava.
    for objective in (1, 2):
        assert (together[:, objective] == 1).mean() < 0.2
        assert (together[:, objective] == 0).mean() > 0.5
    assert 0.1 < (together[:, 3] < 1).mean() < 0.7
    # Mixed quality: the mean falls short of the best by a margin that leaves something to learn.
    best = np.mean([(domain.pareto_front(task) @ domain.weights).max() for task in tasks])
    assert (together @ domain.weights).mean() < best - 0.05


def test_the_quality_of_demonstrations_is_the_share_that_makes_for_the_exit():
    domain = MazeDomain()
    tasks = [domain.task("train", index) for index in range(30)]
    shares = []
    for quality in (0.0, 0.5, 1.0):
        rng = np.random.default_rng(0)
        pools = [domain.demonstrations(task, rng, quality=quality) for task in tasks]
        rewards = [domain.score_batch([task] * len(pool), pool) for task, pool in zip(tasks, pools)]
        shares.append(np.concatenate(rewards)[:, 0].mean())
    assert shares[0] < 0.3 < shares[1] < shares[2] == 1
    # A random walk is a legal route all the same: it never leaves the floor.
    assert not any("void" in domain.feedback(task, text) for task, pool in zip(tasks, pools) for text in pool)


@pytest.mark.parametrize(
    ("answer", "feedback"),
    [
        ("b1 c1 d1 e1 e2 e3 e4 e5", "reached E in 8 of 12 steps with 0/2 gold, 3/3 diamonds, 0/2 lava"),
        ("RIGHT RIGHT UP", "stopped after 3 of 12 steps at c2 without reaching E"),
        (
            "RIGHT UP",
            "blocked at step 2 moving UP from b1; stopped after 2 of 12 steps at b1 without reaching E",
        ),
        (
            "a2 a2 b1",
            "blocked at step 1 moving from a1 to a2 (and 1 more time); "
            "stopped after 3 of 12 steps at b1 without reaching E",
        ),
        ("b1 d1", "void at step 2: d1 is not next to b1"),
        ("up we go", "no route found: write only moves or only tiles between <path> and </path>"),
    ],
)
def test_feedback(answer, feedback):
    assert MazeDomain().feedback(Task("", HAND), answer) == feedback


def test_full_prompt_says_what_a_reader_needs():
    task = MazeDomain().task("train", 0)
    maze = task.truth
    names = cell_names(9)
    assert f"S ({names[maze.start]})" in task.prompt and f"E ({names[maze.exit]})" in task.prompt
    assert f"{maze.budget} steps" in task.prompt
    assert "<path>UP" in task.prompt and "<path>a1 " in task.prompt
    grid = [
        line.split()
        for line in task.prompt.split("Legend")[0].splitlines()
        if line[:2].strip().isdigit() and "." in line
    ]
    drawn = {f"{column}{row[0]}": symbol for row in grid for column, symbol in zip("abcdefghi", row[1:])}
    assert [drawn[names[tile]] for tile in maze.items] == [
        *"G" * len(maze.gold),
        *"D" * len(maze.diamonds),
        *"L" * len(maze.lava),
        "B",
    ]
    assert {names.index(name) for name, symbol in drawn.items() if symbol == "#"} == maze.walls
    assert task.compact.split() == [
        str(maze.budget),
        *(name + drawn[name] for name in names if drawn[name] != "."),
    ]
    assert "squared" not in task.prompt
    assert "squared" in MazeDomain(score_mode="convex").task("train", 0).prompt


def test_ansi_shows_every_walk_and_its_scores():
    domain = MazeDomain()
    task = Task("", HAND)
    answers = ["b1 c1 d1 e1 e2 e3 e4 e5", "RIGHT RIGHT UP", "no route"]
    text = domain.render(task, answers, domain.score_batch([task] * 3, answers), "ansi")
    assert " 5 G G L . E" in text and "   a b c d e" in text
    assert "S***d  S**.D  S...D" in text
    assert "#1 completion=1.00 gold=0.00 diamond=1.00 avoid_lava=1.00  reached E in 8" in text
    assert "#3 completion=0.00" in text
    assert "#1" not in domain.render(task, [], np.zeros((0, 4), np.float32), "ansi")


def test_picture_shows_the_pool():
    env = gym.make("vpo/Maze-v0", num_candidates=4, render_mode="rgb_array")
    env.reset(seed=0)
    empty = env.render()
    assert empty.shape == (600, 900, 3) and empty.dtype == np.uint8
    answers = env.unwrapped.domain.best_answers(env.unwrapped.task)
    env.step((answers[0], "UP UP LEFT", "no route"))
    pool = env.render()
    assert (pool != empty).any() and (pool == env.render()).all()


def test_draw_maze_fills_given_axes():
    from matplotlib.figure import Figure

    domain = MazeDomain(**SMALL)
    task = domain.task("train", 0)
    answers = [*domain.best_answers(task), "a1 b1", "no route"]
    answers.append(answers[0])
    ax = Figure().add_subplot()
    draw_maze(ax, task, answers, domain.score_batch([task] * len(answers), answers))
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(labels) == len(answers) - 3
    assert sorted(label[:3] for label in labels) == ["1 ×"] * (len(labels) - 1) + ["2 ×"]


def test_vector_environment_of_mazes():
    envs = vpo_envs.make_vec("vpo/MazeSmall-v0", 3, num_candidates=2)
    envs.reset(seed=0)
    _, rewards, _, _, _ = envs.step([("UP", "DOWN")] * 3)
    assert rewards.shape == (3, 2, 4)
