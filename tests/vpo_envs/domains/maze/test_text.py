"""The full prompt says what a reader needs."""

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import cell_names


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
