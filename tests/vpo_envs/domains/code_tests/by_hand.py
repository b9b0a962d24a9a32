"""Two exercises by hand, and the marks of an answer."""

from vpo_envs.domains.code_tests.comparison import CHECKERS
from vpo_envs.domains.code_tests.domain import LIMITS
from vpo_envs.domains.code_tests.exercise import Case, Exercise
from vpo_envs.domains.code_tests.scoring import score

EXACT = CHECKERS["exact"]
HALVES = Exercise(
    "Halve.",
    examples=(Case((8,), 4, "half"), Case((3,), 1, "half")),
    given=(Case((0,), 0, "half"), Case((8,), 4, "half"), Case((7,), 3, "half"), Case((-3,), -2, "half")),
)
SUMS = Exercise(
    "Add up.",
    examples=(Case("1 2\n", "3\n"),),
    given=(Case("1 2\n", "3\n"), Case("\n", "0\n"), Case("5\n", "5\n")),
)


def marks(answer: str, exercise: Exercise = HALVES) -> list[float]:
    return score([exercise], [answer], LIMITS, EXACT)[0].tolist()
