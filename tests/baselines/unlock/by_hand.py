"""The file of an unlock experiment, written by hand."""


def file(**changes):
    """Two agents with two seeds on three hard tasks, budget 100."""
    runs = [
        {"label": "A", "seed": 0, "solved_at": [1, 40, None], "tokens": 7},
        {"label": "A", "seed": 1, "solved_at": [None, 100, None], "tokens": 8},
        {"label": "B", "seed": 0, "solved_at": [50, None, None], "tokens": 9},
        {"label": "B", "seed": 1, "solved_at": [10, None, None], "tokens": 9},
    ]
    content = {
        "schema_version": 1,
        "command": "vpo unlock runs/x",
        "versions": {},
        "experiment": {"budget": 100, "pool": 5, "strategy": "sampling"},
        "env": "my/Some-v0",
        "solved": "all",
        "screened": 9,
        "unsolved": 4,
        "hard": ["test/2", "test/5", "test/7"],
        "runs": runs,
    }
    return {**content, **changes}
