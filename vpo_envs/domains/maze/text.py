"""Mazes in words: the full prompt, the compact prompt and the drawing they share."""

from __future__ import annotations

from vpo_envs.domains.maze.grid import Maze, cell_names

WALL, OPEN, START, EXIT, GOLD, DIAMOND, LAVA, BONUS = "#.SEGDLB"


def symbols(maze: Maze) -> list[str]:
    """Returns one character for each tile."""
    drawn = [OPEN] * maze.size**2
    for symbol, tiles in (
        (WALL, maze.walls),
        (GOLD, maze.gold),
        (DIAMOND, maze.diamonds),
        (LAVA, maze.lava),
        (START, (maze.start,)),
        (EXIT, (maze.exit,)),
        (BONUS, () if maze.bonus is None else (maze.bonus,)),
    ):
        for tile in tiles:
            drawn[tile] = symbol
    return drawn


def draw_grid(maze: Maze) -> str:
    """Draws the grid with its coordinates, top row first."""
    drawn, size = symbols(maze), maze.size
    letters = "   " + " ".join(name[0] for name in cell_names(size)[:size])
    rows = [
        f"{row + 1:2d} " + " ".join(drawn[row * size : (row + 1) * size]) for row in reversed(range(size))
    ]
    return "\n".join([*rows, letters])


def compact_prompt(maze: Maze, show_budget: bool) -> str:
    """Writes one word per tile that is not plain floor, its name and its symbol: `a1S c1# ... f6E`.

    Naming the floor too doubles the tokens, and tiny models learn more slowly from it. The budget
    comes first where it is shown.
    """
    tiles = [name + symbol for name, symbol in zip(cell_names(maze.size), symbols(maze)) if symbol != OPEN]
    return " ".join([str(maze.budget), *tiles] if show_budget else tiles)


EXAMPLE = """\
 3 G . E
 2 . # .
 1 S . L
   a b c"""
"""The maze of the worked example."""


def full_prompt(maze: Maze, convex: bool) -> str:
    """Writes the instructions for a language model: the maze, every rule that costs points, the form.

    Args:
        maze: The maze; `maze.paper` asks for the form of the paper's authors.
        convex: Whether shares are squared.
    """
    names = cell_names(maze.size)
    start, exit = names[maze.start], names[maze.exit]
    legend = "S start, E exit, # wall, . floor, G gold, D diamond, L lava"
    if maze.bonus is not None:
        legend += ", B bonus" if convex else ", B floor in the centre"
    return "\n".join(
        [
            f"Find a route through this maze from S ({start}) to E ({exit}).",
            "",
            draw_grid(maze),
            "",
            f"Legend: {legend}.",
            "A tile is named by its column letter and its row number. Row 1 is the bottom row: "
            "UP leads from a1 to a2, RIGHT leads from a1 to b1.",
            "",
            "Rules:",
            *_rules(maze),
            "",
            "Scores:",
            *_scores(maze, convex),
            "Gold and diamonds lie far apart, so rarely does one route have the best of all four scores.",
            "",
            *_form(maze.paper),
        ]
    )


def _rules(maze: Maze) -> list[str]:
    """Returns the rules of a walk, one a line."""
    rules = [
        "- Each step leads to the next tile up, down, left or right.",
        "- A step into a wall or off the grid leaves you where you are, but it costs a step.",
        f"- You have {maze.budget} steps; any further steps are ignored.",
        "- The walk ends when you enter E; nothing that follows counts.",
        "- If you do not reach E, all scores are zero.",
    ]
    if not maze.paper:
        rules.append(
            "- If you name a tile that is not next to yours, the route is void: all scores are zero."
        )
    return rules


def _scores(maze: Maze, convex: bool) -> list[str]:
    """Returns the definition of each score."""
    scores = [
        "1. completion: 1 if you reach E.",
        f"2. gold: the share of the {len(maze.gold)} G tiles that you visit.",
        f"3. diamond: the share of the {len(maze.diamonds)} D tiles that you visit.",
        f"4. avoid_lava: the share of the {len(maze.lava)} L tiles that you do not step on.",
        "A tile counts once, however often you visit it.",
    ]
    if convex:
        bonus = ", then multiplied by 1.5 (to at most 1) if you visit B" if maze.bonus is not None else ""
        scores.append(f"The scores 2 to 4 are squared{bonus}.")
    return scores


def _form(paper: bool) -> list[str]:
    """Returns the form of an answer, with an example from another maze."""
    example = ["Example, for another maze with 6 steps:", "", EXAMPLE, ""]
    if paper:
        return [
            "You may reason first. Then give your moves in <answer> tags, and nothing else inside them.",
            "",
            *example,
            "<answer>UP UP RIGHT RIGHT</answer> reaches E with the gold and without the lava.",
        ]
    return [
        "Reason first: follow your route tile by tile on the map. Then give the whole route once, in <path> "
        "tags, either as tiles or as moves. Your last <path> counts.",
        "",
        *example,
        "<path>a1 a2 a3 b3 c3</path>, or in moves <path>UP UP RIGHT RIGHT</path>, "
        "reaches E with the gold and without the lava.",
    ]
