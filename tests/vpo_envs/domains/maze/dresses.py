"""Routes in the dress of chat models: of tiles and of moves, a right and a wrong one each."""

import json
from itertools import pairwise

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import Maze
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


def score(answer: str) -> list[float]:
    return MazeDomain().score_batch([Task("", MAZE)], [answer])[0].tolist()
