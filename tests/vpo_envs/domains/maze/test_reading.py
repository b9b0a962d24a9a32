"""Which route of an answer counts, what is none, and worst cases."""

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.domains.maze.dresses import (
    CELLS,
    MAZE,
    MOVES,
    WRONG_CELLS,
    WRONG_MOVES,
    edges,
    numbered,
    score,
)
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.chains import EXIT
from vpo_envs.domains.maze.grid import DIRECTIONS, cell_names
from vpo_envs.domains.maze.reading import MAX_STEPS, read_route
from vpo_envs.domains.maze.routes import walk_answer
from vpo_envs.task import Task


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<path></path>",
        "<path>...</path>",
        # Direction words and tiles in prose.
        "Go RIGHT RIGHT RIGHT RIGHT UP UP UP UP",
        "You go right, right, right, right, and then up, up, up and up.",
        "The walker leaves a1, passes e1 and turns up there until e5.",
        "Which way? I would go right and then up.",
        "right, right, right, right, up, up, up, up are the moves that I would not make.",
        # Thought alone.
        "<think>RIGHT RIGHT RIGHT RIGHT UP UP UP UP</think>",
        "<think>RIGHT RIGHT RIGHT RIGHT UP UP UP UP",
        # Two runs amid prose inside the tag: neither is the route.
        "<path>I tried RIGHT RIGHT RIGHT, which failed, but UP UP UP works</path>",
        # Tiles that do not exist in any maze.
        "b01 c1 d1 e1 e2 e3 e4 e5",
        # Lists and calls in prose.
        'I would not go ["RIGHT", "RIGHT", "RIGHT", "RIGHT", "UP", "UP", "UP", "UP"] at all.',
        "I never walk a1 b1 c1 d1 e1 e2 e3 e4 e5[^1] anywhere.",
        '{"note": ["RIGHT", "RIGHT", "RIGHT", "RIGHT", "UP", "UP", "UP", "UP"], "path": null}',
    ],
)
def test_no_route_is_read(answer):
    assert read_route(answer) is None
    assert score(answer) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("answer", "route"),
    [
        # The last complete route counts, wherever drafts stand.
        ("UP UP UP\n\nNo, that is a wall.\n\nRIGHT UP", "right up"),
        ("Route 1:\nUP UP\nRoute 2:\nRIGHT UP", "right up"),
        ("a1 a2 a3\na1 b1 b2", "a1 b1 b2"),
        ("<path>UP UP</path>\nFinal: <answer>RIGHT UP</answer>", "right up"),
        ("<path>RIGHT UP</path>\nI hope this is right.", "right up"),
        # Lines of one list form one route.
        ("UP RIGHT\nRIGHT UP", "up right right up"),
        ("1. a1 b1\n2. b2 b3", "a1 b1 b2 b3"),
        # Tiles beside moves.
        ("<path>a1 RIGHT b1 UP b2</path>", "a1 right b1 up b2"),
        ("3 x UP, 1 x LEFT", "up up up left"),
        ("RIGHT.", "right"),
        # JSON is a route where it stands.
        (
            '{"path": ["a1", "b1"], "moves": ["UP"]}\n\nNo:\n\n{"path": ["a1", "a2"], "moves": ["UP"]}',
            "a1 a2",
        ),
        ('{"path": ["a1", "b1"]}\n{"path": ["a1", "a2"]}', "a1 a2"),
        ('{"path": ["a1", "b1"]}\n\nFinal route: a1 a2', "a1 a2"),
        ('Route: a1 a2\n\n```json\n{"path": ["a1", "b1"]}\n```', "a1 b1"),
        ('{"moves": "1. UP 2. UP"}\n\n{"moves": "1. RIGHT 2. UP"}', "right up"),
        ('{"tile": "a1"}\n{"tile": "b1"}\n\n{"tile": "a1"}\n{"tile": "a2"}', "a1 a2"),
        ('{"path": ["a1", "b1"], "final_path": ["a1", "a2"]}', "a1 a2"),
        ("tile: a1\ntile: b1\nRoute: a1 a2", "a1 a2"),
        # A list ends at a blank line, unless its numbers go on or all its lines have them.
        ("- [x] UP\n- [x] UP\n\n- [x] RIGHT\n- [x] UP", "right up"),
        ("1. UP\n2. UP\n\n1. RIGHT\n2. UP", "right up"),
        ("1. UP\n2. UP\n\n3. RIGHT\n4. UP", "up up right up"),
        ("- UP\n\n- UP\n\n- RIGHT", "up up right"),
        ("Route: a1 a2\n\n| Tile | Item |\n|---|---|\n| b1 | gold |\n| b2 | lava |", "a1 a2"),
    ],
)
def test_which_route_counts(answer, route):
    assert read_route(answer) == route.split()


@pytest.mark.parametrize(
    "answer",
    [
        "<path>i9 -> h9 -> g9 -> f9 -> e9 -> d9 -> c9 -> b9 -> a9 -> "
        "a8 -> a7 -> a6 -> a5 -> a4 -> a3 -> a2 -> a1</path>",
        f"<think>perhaps <path>DOWN</path></think><path>{'LEFT ' * 8}{'DOWN ' * 8}</path>",
        f"I will answer inside <path> tags. <path>{'LEFT ' * 8}{'DOWN ' * 8}</path>",
    ],
)
def test_answers_of_real_models(answer):
    domain = MazeDomain(openings=(18, 28), detour=0)
    task = domain.task("validation", 1)
    assert domain.score_batch([task], [answer])[0].tolist() == [1, 0, 1, 1]


def test_tiles_beside_moves_are_remarks():
    assert score("<path>a1 RIGHT b1 RIGHT c1 RIGHT d1 RIGHT e1 UP e2 UP e3 UP e4 UP e5</path>") == [
        1,
        0,
        1,
        1,
    ]
    assert score("<path>1. RIGHT to b1\n2. RIGHT to c1\n3. RIGHT RIGHT\n4. UP UP UP UP to e5</path>") == [
        1,
        0,
        1,
        1,
    ]
    # Alone they are steps: standing still is void.
    assert score("a1 a1 b1 c1 d1 e1 e2 e3 e4 e5") == [0, 0, 0, 0]


def test_reading_does_not_look_at_the_maze():
    text = "a1 b1 b2\n\ni9 h9 h8"  # no text may hold one route for each start
    assert read_route(text) == ["i9", "h9", "h8"]


@pytest.mark.parametrize(
    "unit",
    [
        "a1 b1 ", "UP,", "<path>", "</path>", "<path>z9 ", "<path>a b</path>", " ", "\n", "(", "((a", "[a",
        "{", '{"path":', "[", "up x99 ", "9x up", "answer is ", "the ", "a b ", "step 1 ", "**", "- ", "1. ",
        "```\n", "a: ", "the answer", "\\boxed{", "<a", "→", "urdl", "'", "a1. ", "<answer><path>", "(a, 1)",
        "up (", "1" * 100, "_", "\\rightarrow", "a1 or up ", "up 2 ", "2 up\n", "s (a1) ", "&gt;", "&a",
        "[path]", "a1 a1 ", "a1→a2\n", "s\n", "→(e)", "path = ", "in moves ",
        "['", '["a1', '["a1"] ', '[["', '{"path": ["up"]} ', '{"tile": "a1"}\n', "| 1 | a1 |\n",
        'f("', "f(['a1'])\n", "| tile |\n|---|\n| a1 |\n", "[^1]", '<path a="b">', "- [x] ", "1\ufe0f\u20e3 ",
        "tile: a1\n", '{"path":{', "gold: a1\n", "gold\n\n- a1\n", "2l ", "2l", "l x2\n", "up two. ",
        "up 2. ", "a1 ← gold\n", "1. go up 2\n", "to the exit: a1 ",
        "a1 # up\n", "up: a1\n", "# up\na1\n", "a1 [up] ",
    ],
)  # fmt: skip
def test_the_longest_answers_read_in_linear_time(unit):
    short, long = (unit * (n // len(unit) + 1) for n in (10_000, 80_000))
    for text in (short, long):
        route = read_route(text)
        assert route is None or len(route) <= MAX_STEPS
    # Eight times the length; quadratic time would take 64 times as long.
    assert cpu_seconds(lambda: read_route(long)) < 24 * cpu_seconds(lambda: read_route(short)) + 0.05


WORDS = ["up", "RIGHT", "a1", "b2", "z26", "<path>", "</path>", "<answer>", "[", "]", "{", '"path":', "("]
WORDS += [")", "1.", "x3", "\n", " ", "→", ",", "```", "answer:", "the", "go", "...", "<think>", "</think>"]
WORDS += ["R", "UDLR", "\\to", "- ", "4 times"]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=60).map(" ".join))
def test_any_string_is_read(text):
    domain, task = MazeDomain(), Task("", MAZE)
    route = read_route(text)
    assert route is None or all(step in DIRECTIONS or step[1:].isdigit() for step in route)
    rewards = domain.score(task, text)
    assert all(0 <= reward <= 1 for reward in rewards)
    assert isinstance(domain.answer_key(task, text), str) and isinstance(domain.feedback(task, text), str)


@given(st.lists(st.sampled_from(["UP", "DOWN", "LEFT", "RIGHT"]), min_size=1, max_size=12))
def test_one_walk_has_one_key(moves):
    domain, task = MazeDomain(), Task("", MAZE)
    walk = walk_answer(MAZE, " ".join(moves))
    bumps = any(here == there for here, there in zip(walk.tiles, walk.tiles[1:]))
    if not bumps:
        cells = " ".join(cell_names(5)[tile] for tile in walk.tiles)
        assert domain.answer_key(task, cells) == domain.answer_key(task, " ".join(moves))
        assert domain.score(task, cells) == domain.score(task, " ".join(moves))


# Lists that tell the moves


@pytest.mark.parametrize(
    "item",
    [
        "Go {0} 4 tiles to {1}",
        "Move {0} 4 step(s)",
        "**{0}** 4 tiles to {1}",
        "Then head {0} four tiles, reaching {1}.",
        "From {2} go {0} 4 tiles to {1}",
        "Walk 4 tiles {0} (to {1})",
    ],
)
@pytest.mark.parametrize("form", ["Route:\n@", "<path>@</path>", "@\n\nIt collects the diamonds."])
def test_lists_tell_the_moves(form, item):
    items = [item.format("RIGHT", "e1", "a1"), item.format("UP", "e5", "e1")]
    for mark in ("1. {}\n2. {}", "- {}\n- {}", "Step 1: {}\nStep 2: {}"):
        assert score(form.replace("@", mark.format(*items))) == [1, 0, 1, 1]
        assert score(form.replace("@", mark.format(*items[::-1])))[0] == 0


@pytest.mark.parametrize(
    "explanation",
    [
        "1. Go RIGHT to e1\n2. Go UP to e5",
        "- Go to e1\n- Go to e5",
        "1. Go around the lava\n2. Go to the exit",
    ],
)
def test_a_list_that_explains_a_route_replaces_none(explanation):
    assert score(f"{' '.join(CELLS)}\n\nExplanation:\n{explanation}") == [1, 0, 1, 1]


# The ends by their letters


SHORT = CELLS[:-1]


@pytest.mark.parametrize(
    "answer",
    [
        # A letter beside the last tile says what lies there; it is no step.
        f"{' → '.join(SHORT)} (E)",
        f"{' → '.join(SHORT)} E",
        f"{' → '.join(SHORT)}: E",
        f"{' → '.join(SHORT)} = E",
        f"{' → '.join(SHORT)} [E]",
        f"{' → '.join(SHORT)} E 8 steps",
        "\n".join([*SHORT[:-1], "e4: E"]),
        numbered([*SHORT[:-1], "e4 - exit"]),
        # The end of the list.
        f"{' → '.join(SHORT)} → end",
        f"{' '.join(SHORT)} done",
        # The exit is not next to the last tile.
        f"{' → '.join(SHORT[:-1])} → E",
        "S → E",
        "a1, E",
        "E",
        # Moves lead where they lead.
        f"{' → '.join(MOVES[:-1])} → E",
        f"{' → '.join(MOVES[:-1])} → E (e5)",
        f"{' '.join(MOVES[:-1])} exit (e5)",
        "R R R R U U U → E",
        "RIGHT → b1 → RIGHT → c1 → RIGHT → d1 → RIGHT → e1 → UP → e2 → UP → e3 → UP → e4 → E",
        "\n".join([*MOVES[:-1], "E"]),
    ],
)
def test_an_end_by_its_letter_completes_no_route(answer):
    assert score(f"<path>{answer}</path>") == [0, 0, 0, 0]


def test_the_exit_by_its_letter_is_its_tile():
    assert read_route("<path>S → b1 → c1 → E</path>") == ["b1", "c1", EXIT]
    assert (
        MazeDomain().feedback(Task("", MAZE), "S → b1 → E").startswith("void at step 2: e5 is not next to b1")
    )
    # In the middle of a route the letters are remarks.
    assert read_route("<path>S, a1, E, b1, c1</path>") == ["a1", "b1", "c1"]


# Edges, and moves beside tiles


@pytest.mark.parametrize(
    "answer",
    [
        "\n".join(edges(SHORT, "{0} → {1}")),
        "\n".join(edges(CELLS, "UP: {0} → {1}")),
        "\n".join(edges(CELLS, "{1} - UP")),
        "a1 → b1\nb1 → c1\nd3 → e3\ne3 → e5",
        "a1 b1 b1 c1 d1 e1 e2 e3 e4 e5",
    ],
)
def test_edges_that_contradict_the_moves_or_break_off_are_void(answer):
    assert score(f"<path>{answer}</path>") == [0, 0, 0, 0]


def test_edges_may_lead_back():
    assert read_route("<path>a1 → b1\nb1 → a1\na1 → a2</path>") == ["a1", "b1", "a1", "a2"]


# Two forms in one tag


@pytest.mark.parametrize("words", [", or in moves ", " or ", ", i.e. ", "; moves: ", "\n\nIn moves:\n\n"])
@pytest.mark.parametrize(
    ("cells", "moves", "right"),
    [
        (CELLS, MOVES, True),
        (WRONG_CELLS, MOVES, True),  # the last complete route counts
        (CELLS, WRONG_MOVES, False),
        (SHORT, MOVES[:-1], False),
    ],
)
def test_of_two_forms_the_last_counts(words, cells, moves, right):
    answer = f"<path>{' '.join(cells)}{words}{' '.join(moves)}</path>"
    assert score(answer) == ([1, 0, 1, 1] if right else [0, 0, 0, 0])


def test_the_last_form_may_be_tiles():
    assert score(f"<path>{' '.join(MOVES)}, or in tiles {' '.join(CELLS)}</path>") == [1, 0, 1, 1]
    assert score(f"<path>{' '.join(MOVES)}, or in tiles {' '.join(SHORT)}</path>") == [0, 0, 0, 0]


# The one long run amid prose inside a tag


@pytest.mark.parametrize(
    ("inside", "route"),
    [
        ("Because it is short I walk a1 b1 then c1 quickly home", ["a1", "b1", "c1"]),
        ("Quickly I walk a1 2 b1 3 c1 quickly home", ["a1", "b1", "c1"]),
        ("Maybe a1 b1 c1 d1 or perhaps d4 d5", ["a1", "b1", "c1", "d1"]),
        ("Maybe a1 b1 c1 or perhaps d4 d5", None),
        ("Maybe a1 b1 hm", None),
    ],
)
def test_prose_inside_a_tag_leaves_the_run_that_is_twice_as_long_as_any_other(inside, route):
    assert read_route(f"<path>{inside}</path>") == route


@pytest.mark.parametrize(
    "inside",
    [
        "Phase 1: a1 b1\nPhase 2: c1 c2",
        "Part A: a1 b1\nPart B: b1 c1 c2",
        "First leg (gold): a1 b1\nSecond leg: c1 c2",
        "a1 b1 # gold\nc1 c2",
        "a1 b1 // to the gold\nc1 c2",
        "a1 → b1 [gold] → c1 → c2",
        "a1\nb1 - gold\nc1\nc2",
        "1. a1\n2. b1: collect gold\n3. c1\n4. c2",
    ],
)
def test_parts_and_comments_inside_a_tag_do_not_end_the_route(inside):
    assert read_route(f"<path>{inside}</path>") == ["a1", "b1", "c1", "c2"]


def test_moves_are_counted_in_words():
    assert read_route("<path>UP twice, right three times, up once</path>") == [
        "up",
        "up",
        "right",
        "right",
        "right",
        "up",
    ]


def test_a_line_that_starts_where_the_one_before_started_is_another_route():
    assert read_route("<path>a1 b1 c1\na1 a2 a3 a4</path>") == ["a1", "a2", "a3", "a4"]
    assert read_route("<path>a1\na1 a2 a3 a4</path>") == ["a1", "a1", "a2", "a3", "a4"]
