import io

import pytest
from rich.console import Console

from vpo_agent.common.progress import LineProgress


@pytest.fixture
def bar():
    """A bar that writes to a file, with a clock set by hand."""
    bar = LineProgress(console=Console(file=io.StringIO(), width=40), get_time=lambda: bar.now)
    bar.now = 0.0
    return bar


def lines(bar):
    return bar.console.file.getvalue().splitlines()


def test_outside_a_terminal_a_line_tells_what_is_done_and_how_long_the_rest_takes(bar):
    with bar:
        task = bar.add_task("warm start  ", total=2_000, figure="")
        for done in (0, 50, 101, 500, 2_000):
            bar.now = done * 3.0
            bar.update(task, completed=done, figure=f"loss {done}")
    assert lines(bar) == [
        "warm start  101/2,000  1:34:57 left  loss 101",
        "warm start  500/2,000  1:15:00 left  loss 500",
        "warm start  2,000/2,000  loss 2000",
    ]


def test_what_was_done_before_an_interruption_is_not_taken_for_speed(bar):
    with bar:
        task = bar.add_task("training", total=100)
        for done in (80, 90):
            bar.now += 20.0
            bar.update(task, completed=done)
    assert lines(bar) == ["training  80/100", "training  90/100  0:00:20 left"]
