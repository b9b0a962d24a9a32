"""Routes in the dress of chat models: a table of right answers, one of wrong answers, and worst cases."""

import json
from itertools import pairwise

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.chains import EXIT
from vpo_envs.domains.maze.grid import DIRECTIONS, Maze, cell_names
from vpo_envs.domains.maze.reading import MAX_STEPS, read_route
from vpo_envs.domains.maze.routes import walk_answer
from vpo_envs.task import Task

# 5 G G L . E
# 4 . . # . .
# 3 . L B . D
# 2 # # . . D
# 1 S . . . D
#   a b c d e
MAZE = Maze(5, frozenset({5, 6, 17}), 0, 24, (20, 21), (4, 9, 14), (11, 22), 12, budget=12)
CELLS = ["a1", "b1", "c1", "d1", "e1", "e2", "e3", "e4", "e5"]
MOVES = ["RIGHT"] * 4 + ["UP"] * 4
WRONG_CELLS = ["a1", "b1", "c1", "c2", "c3", "b3", "c3", "d3", "e3", "d3"]  # stops beside the exit's column
WRONG_MOVES = ["UP"] * 4 + ["RIGHT"] * 4  # bumps along the bottom row and stops at e1


def numbered(words: list[str], mark: str = "{}. {}") -> str:
    return "\n".join(mark.format(number, word) for number, word in enumerate(words, start=1))


def around(words: list[str]) -> str:
    """Each cell with what lies there, as models annotate."""
    return " → ".join(f"{word} ({'S' if number == 0 else 'floor'})" for number, word in enumerate(words))


def edges(cells: list[str], form: str) -> list[str]:
    """Each tile, the next one and the move between them."""
    names = {(0, 1): "UP", (0, -1): "DOWN", (1, 0): "RIGHT", (-1, 0): "LEFT"}
    return [
        form.format(here, there, names[ord(there[0]) - ord(here[0]), int(there[1]) - int(here[1])])
        for here, there in pairwise(cells)
    ]


CELL_DRESSES = {
    "plain": lambda c: " ".join(c),
    "tag": lambda c: f"<path>{' '.join(c)}</path>",
    "ascii arrows": lambda c: f"<path>{' -> '.join(c)}</path>",
    "arrows": lambda c: f"<path>{' → '.join(c)}</path>",
    "double arrows": lambda c: f"<path>{'⇒'.join(c)}</path>",
    "angle brackets": lambda c: f"<path>{' > '.join(c)}</path>",
    "dashes": lambda c: f"<path>{'-'.join(c)}</path>",
    "commas and full stop": lambda c: f"<path>{', '.join(c)}.</path>",
    "bars": lambda c: " | ".join(c),
    "a box": lambda c: (
        "┌──────┬──────┐\n│ Step │ Tile │\n├──────┼──────┤\n"
        + numbered(c, "│ {} │ {} │")
        + "\n└──────┴──────┘"
    ),
    "a box of signs": lambda c: (
        "```\n+------+------+\n| Step | Tile |\n+------+------+\n"
        + numbered(c, "| {} | {} |")
        + "\n+------+------+\n```"
    ),
    "commas below heads": lambda c: "```csv\nstep,tile\n" + numbered(c, "{},{}") + "\n```",
    "tabs below heads": lambda c: "Step\tTile\n" + numbered(c, "{}\t{}"),
    "a table of LaTeX": lambda c: (
        "\\begin{tabular}{ll}\nStep & Tile \\\\ \\hline\n" + numbered(c, "{} & {} \\\\") + "\n\\end{tabular}"
    ),
    "a table of HTML": lambda c: (
        "<table><tr><th>Step</th><th>Tile</th></tr>"
        + numbered(c, "<tr><td>{}</td><td>{}</td></tr>")
        + "</table>"
    ),
    "a list of LaTeX": lambda c: (
        "\\begin{enumerate}\n" + "\n".join(f"\\item {x}" for x in c) + "\n\\end{enumerate}"
    ),
    "tables of TOML": lambda c: "```toml\n" + numbered(c, '[[steps]]\nstep = {}\ntile = "{}"\n') + "\n```",
    "an attribute": lambda c: f'<path value="{" ".join(c)}"/>',
    "elements with attributes": lambda c: "<path>\n" + numbered(c, '<tile n="{}" name="{}"/>') + "\n</path>",
    "a string of JSON": lambda c: json.dumps(json.dumps({"path": c})),
    "brackets": lambda c: f"<path>[{', '.join(c)}]</path>",
    "python list": lambda c: f"<path>{c!r}</path>",
    "json list": lambda c: f"<path>{json.dumps(c)}</path>",
    "json object": lambda c: json.dumps({"path": c}),
    "python object": lambda c: str({"path": c})[:-1] + ",}",
    "json with reasoning": lambda c: (
        "```json\n" + json.dumps({"reasoning": "go up", "path": c}, indent=2) + "\n```"
    ),
    "json of objects": lambda c: json.dumps({"steps": [{"cell": cell} for cell in c]}),
    "upper case": lambda c: f"<PATH>\n{' '.join(c).upper()}\n</PATH>",
    "own lines": lambda c: "<path>\n" + "\n".join(c) + "\n</path>",
    "bullets": lambda c: "My route:\n\n" + "\n".join(f"- {cell}" for cell in c),
    "remarks": lambda c: f"<path>{around(c)}</path>",
    "symbols": lambda c: f"<path>S {', '.join(c)} E</path>",
    "tuples": lambda c: f"<path>{', '.join(f'({cell[0]}, {cell[1]})' for cell in c)}</path>",
    "parentheses": lambda c: f"<path>({', '.join(c)})</path>",
    "latex": lambda c: "$$\\boxed{" + r" \rightarrow ".join(c) + "}$$",
    "final answer": lambda c: f"Up is a wall.\n\n**Final answer:** {' → '.join(c)}.",
    "the route is": lambda c: f"The route is {' -> '.join(c)}",
    "heading": lambda c: f"### Route\n\n{' → '.join(c)}\n\nThis collects all the diamonds.",
    "draft on the next line": lambda c: f"First: a1 b1 a1 b1\nBetter: {' '.join(c)}",
    "ends by letter": lambda c: f"<path>{' -> '.join(['S', *c[1:-1], 'E'])}</path>",
    "exit by letter": lambda c: f"<path>{' → '.join([*c[:-1], '**E**'])}.</path>",
    "ends by letter and name": lambda c: f"<path>S (a1) -> {' -> '.join(c[1:-1])} -> E ({c[-1]})</path>",
    "ends by letter, tight": lambda c: f"<path>S(a1)→{'→'.join(c[1:-1])}→E({c[-1]})</path>",
    "ends in words": lambda c: f"Start (a1) → {' → '.join(c[1:-1])} → Exit ({c[-1]})",
    "end in a word": lambda c: f"<path>Start (a1) → {' → '.join(c[1:-1])} → End ({c[-1]})</path>",
    "ends in a list": lambda c: f"<path>{json.dumps(['S', *c[1:-1], 'E'])}</path>",
    "ends on lines": lambda c: f"<path>\n{numbered(['S', *c[1:-1], 'Exit'])}\n</path>",
    "ends with equals signs": lambda c: f"S={c[0]}, {', '.join(c[1:-1])}, E={c[-1]}",
    "edges": lambda c: numbered(edges(c, "{0} → {1}")),
    "edges and remarks": lambda c: f"<path>{numbered(edges(c, '{0} -> {1} ({2})'))}</path>",
    "edges behind moves": lambda c: f"<path>{numbered(edges(c, '{2}: {0} -> {1}'))}</path>",
    "edges in sentences": lambda c: f"<path>{numbered(edges(c, '{2} from {0} to {1}.'))}</path>",
    "edges in one line": lambda c: f"<path>{'; '.join(edges(c, '{0}->{1}'))}</path>",
    "edges in parentheses": lambda c: f"<path>{', '.join(edges(c, '({0}, {1})'))}</path>",
    "legs": lambda c: f"<path>{' → '.join(c[:4])}\n{' → '.join(c[3:])}</path>",
    "tiles before moves": lambda c: f"<path>{numbered(edges(c, '{1} - {2}'))}</path>",
    "table of tiles and moves": lambda c: f"<path>\n{numbered(edges(c, '| {1} | {2} |'), '| {} {}')}</path>",
    "parentheses and arrows": lambda c: f"<path>{'→'.join(f'({cell})' for cell in c)}</path>",
    "arrows down the page": lambda c: "<path>\n" + "\n↓\n".join(c) + "\n</path>",
    "entities": lambda c: f"<path>{' -&gt; '.join(c)}</path>",
    "named entities": lambda c: f"<path>{' &rarr; '.join(c)}</path>",
    "indices": lambda c: f"<path>{' '.join(f'${cell[0]}_{cell[1]}$' for cell in c)}</path>",
    "indices in braces": lambda c: "<path>$" + r" \to ".join(f"{x[0]}_{{{x[1]}}}" for x in c) + "$</path>",
    "subscripts": lambda c: f"<path>{' '.join(x[0] + '₀₁₂₃₄₅'[int(x[1])] for x in c)}</path>",
    "label with an equals sign": lambda c: (
        f"I keep right.\n\n**Final path** = {' '.join(c)}\n\nIt has 8 steps."
    ),
    "label with a dash": lambda c: f"Final path – {' '.join(c)}",
    "square brackets": lambda c: f"I keep right.\n[path]{' '.join(c)}[/path]\nIt has 8 steps.",
    "without the start": lambda c: f"<path>{' '.join(c[1:])}</path>",
    "attributes": lambda c: f'<path type="tiles">{" ".join(c)}</path>',
    "numbered elements": lambda c: "<path>" + numbered(c, '<step n="{}">{}</step>') + "</path>",
    "full-width colon": lambda c: f"Path：{' → '.join(c)}",
    "label in other letters": lambda c: f"路径：{' → '.join(c)}",
    "full-width characters": lambda c: f"<path>{'，'.join(c)}</path>".replace("e1", "ｅ１"),
    "keycaps": lambda c: "Route:\n" + numbered(c, "{}\ufe0f\u20e3 {}"),
    "ticked boxes": lambda c: "\n".join(f"- [x] {cell}" for cell in c),
    "no-break blanks": lambda c: "\ufeff<path>" + "\u00a0".join(c) + "</path>",
    "footnote": lambda c: f"{' → '.join(c)}[^1]\n\n[^1]: The shortest route.",
    "table": lambda c: f"| Step | Tile |\n|---|---|\n{numbered(c, '| {} | {} |')}",
    "table without heads": lambda c: numbered(c, "| {} | {} |"),
    "table of edges": lambda c: (
        "| Step | From | Move | To |\n|--|--|--|--|\n"
        + numbered(edges(c, "{0} | **{2}** | {1}"), "| {} | {} |")
    ),
    "table with remarks": lambda c: (
        "| Step | Tile | Note |\n|--|--|--|\n" + numbered(c, "| {} | {} | no lava |") + "\n\nIt keeps right."
    ),
    "wrapped json": lambda c: json.dumps({"response": {"path": " ".join(c)}}),
    "object in the answer": lambda c: json.dumps({"answer": {"path": c, "length": len(c) - 1}}),
    "object in a text": lambda c: json.dumps({"role": "assistant", "content": json.dumps({"path": c})}),
    "numbers as keys": lambda c: json.dumps({"path": dict(enumerate(c, start=1))}),
    "steps as keys": lambda c: json.dumps({f"step_{number}": cell for number, cell in enumerate(c)}),
    "json edges": lambda c: json.dumps({"path": [{"from": x, "to": y} for x, y in pairwise(c)]}),
    "json edges with moves": lambda c: (
        '{"steps": ['
        + ", ".join(edges(c, '{{"step": 1, "from": "{}", "to": "{}", "direction": "{}"}}'))
        + "]}"
    ),
    "json columns and rows": lambda c: json.dumps({"path": [{"col": x[0], "row": int(x[1])} for x in c]}),
    "json pairs": lambda c: json.dumps({"path": [[x[0], int(x[1])] for x in c]}),
    "json lines": lambda c: numbered(c, '{{"step": {}, "tile": "{}"}}'),
    "yaml of steps": lambda c: "```yaml\nsteps:\n" + numbered(c, "  - step: {}\n    tile: {}") + "\n```",
    "tool call": lambda c: (
        f"<tool_call>\n{json.dumps({'name': 'submit_path', 'arguments': {'path': c}})}\n</tool_call>"
    ),
    "function call": lambda c: f'final_answer("{" ".join(c)}")',
    "function call with a list": lambda c: f"```python\nfinal_answer({c})\n```",
    "function call with a name": lambda c: f"Answer(path={c})",
    "typed variable": lambda c: f"```python\npath: list[str] = {c}\n```",
    "length before the path": lambda c: json.dumps({"steps": len(c), "path": c}),
}
MOVE_DRESSES = {
    "plain": lambda m: " ".join(m),
    "lower case": lambda m: f"<path>{' '.join(m).lower()}</path>",
    "letters": lambda m: f"<path>{' '.join(move[0] for move in m)}</path>",
    "one word": lambda m: f"<path>{''.join(move[0] for move in m)}</path>",
    "letters with commas": lambda m: f"{','.join(move[0].lower() for move in m)}",
    "glyphs": lambda m: f"<path>{''.join({'RIGHT': '→', 'UP': '↑'}[move] for move in m)}</path>",
    "emoji": lambda m: f"<path>{' '.join({'RIGHT': '➡️', 'UP': '⬆️'}[move] for move in m)}</path>",
    "word and glyph": lambda m: f"<path>{', '.join(f'{move} →' for move in m)}</path>",
    "arrows": lambda m: f"<path>{' → '.join(m)}</path>",
    "json": lambda m: json.dumps({"moves": m, "note": "goes right, then up"}),
    "numbered": lambda m: numbered(m),
    "numbered and bold": lambda m: f"Here is my route:\n\n{numbered(m, '{}. **{}**')}\n\nIt avoids the lava.",
    "numbered, blank lines": lambda m: numbered(m).replace("\n", "\n\n"),
    "numbered in one line": lambda m: f"<path>{numbered(m).replace(chr(10), ' ')}</path>",
    "steps": lambda m: numbered(m, "Step {}: {}"),
    "full stops": lambda m: ". ".join(m) + ".",
    "counted": lambda m: f"<path>{m[0]} x4, {m[4]} x4</path>",
    "counted in words": lambda m: f"<path>{m[0]} 4 times, then {m[4]} 4 times.</path>",
    "counts": lambda m: f"<path>{m[0]} 4 {m[4]} 4</path>",
    "counts in parentheses": lambda m: f"<path>{m[0]} (4), {m[4]}(4)</path>",
    "counts first": lambda m: f"4 {m[0]}, 4 {m[4]}",
    "counts without blanks": lambda m: f"<path>{m[0]}4, {m[4]}4.</path>",
    "counts of steps": lambda m: f"<path>4 steps {m[0].lower()}, then 4 steps {m[4].lower()}</path>",
    "counts in a list": lambda m: f"<path>\n1. {m[0]} (4 steps)\n2. {m[4]} (4 steps)\n</path>",
    "numbers without stops": lambda m: f"<path>{numbered(m, '{} {}')}</path>",
    "a total": lambda m: f"<path>{' '.join(m)} ({len(m)} steps)</path>",
    "bold": lambda m: f"**<path>{' '.join(m)}</path>**",
    "bold inside": lambda m: f"<path>**{' '.join(m)}**</path>",
    "fence inside": lambda m: f"<path>\n```\n{' '.join(m)}\n```\n</path>",
    "fence": lambda m: f"The moves:\n```text\n{' '.join(m)}\n```\nGood luck, and never go LEFT!",
    "thought": lambda m: f"<think>maybe <path>DOWN</path></think>\n<path>{' '.join(m)}</path>",
    "draft": lambda m: f"<path>UP UP UP</path> is blocked, so <path>{' '.join(m)}</path>",
    "mentions the tag": lambda m: f"I will answer inside <path> tags. <path>{' '.join(m)}</path>",
    "mentions both tags": lambda m: f"The form is <path>...</path>.\n\n{' '.join(m)}",
    "form repeated": lambda m: f"<path>{' '.join(m)}</path> in the form <path>...</path>",
    "authors' tag": lambda m: f"<answer>{' '.join(m)}</answer>",
    "both tags": lambda m: f"<answer>\n<path>{' '.join(m)}</path>\n</answer>",
    "cut off": lambda m: f"I go along the rim. <path>{' '.join(m)}",
    "opened by the template": lambda m: f"{' '.join(m)}</path>",
    "elements": lambda m: "<path>" + "".join(f"<step>{move}</step>" for move in m) + "</path>",
    "prose around": lambda m: f"Up is a wall, go right. <path>{' '.join(m)}</path> Never go LEFT!",
    "prose before and a count after": lambda m: f"I keep right.\n\nPath: {', '.join(m)}\n\nTotal steps: 8",
    "fillers": lambda m: f"<path>go {', then '.join(m)}</path>",
    "prose inside": lambda m: f"<path>{' '.join(m)}. It collects what lies on the right.</path>",
    "keycaps": lambda m: numbered(m, "{}\ufe0f\u20e3 {}"),
    "json lines": lambda m: numbered(m, '{{"step": {}, "move": "{}"}}'),
    "json of counts": lambda m: json.dumps({"moves": [{"direction": x, "count": 4} for x in (m[0], m[4])]}),
    "table of counts": lambda m: f"| Direction | Steps |\n|--|--|\n| {m[0]} | 4 |\n| {m[4]} | 4 |",
    "function calls": lambda m: "\n".join(f'move("{move}")' for move in m),
    "polite": lambda m: f"Sure! Here's the route: {' '.join(m)}",
}  # fmt: skip
DRESSES = [(name, dress, CELLS, WRONG_CELLS) for name, dress in CELL_DRESSES.items()]
DRESSES += [(name, dress, MOVES, WRONG_MOVES) for name, dress in MOVE_DRESSES.items()]
each_dress = pytest.mark.parametrize(
    ("dress", "right", "wrong"), [d[1:] for d in DRESSES], ids=[d[0] for d in DRESSES]
)


def score(answer: str) -> list[float]:
    return MazeDomain().score_batch([Task("", MAZE)], [answer])[0].tolist()


def test_the_table_is_long_enough():
    assert len(DRESSES) >= 50


@each_dress
def test_right_answers_score_in_any_dress(dress, right, wrong):
    assert score(dress(right)) == [1, 0, 1, 1]
    domain, task = MazeDomain(), Task("", MAZE)
    assert domain.answer_key(task, dress(right)) == "R R R R U U U U"


@each_dress
def test_wrong_answers_score_in_no_dress(dress, right, wrong):
    assert score(dress(wrong)) == [0, 0, 0, 0]


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
        "tile: a1\n", '{"path":{',
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
