"""Errors of the checks: where they come from, and what passes through."""

import warnings

import pytest

from vpo_envs import Domain, Objective, from_rows
from vpo_envs.env_checker.errors import ConformanceError, calling, place_of, place_of_method, require


class Owner:
    """Raises in a line of its own, and in a line that calls another file."""

    def divide(self, number):
        return 1 / number

    def parse(self, text):
        return warnings.simplefilter(text)


DIVIDE = Owner.divide.__code__.co_firstlineno + 1
PARSE = Owner.parse.__code__.co_firstlineno + 1


def test_a_requirement_is_an_error_with_its_message_unless_it_holds():
    require(True, "never said")
    with pytest.raises(ConformanceError, match=r"^it does not hold$"):
        require(False, "it does not hold")


def test_a_call_returns_what_the_function_returns():
    assert calling(Owner(), "divide(4)", Owner().divide, 4) == 0.25
    assert calling(Owner(), "sum", lambda *numbers: sum(numbers), 1, 2, 3) == 6


@pytest.mark.parametrize(
    ("method", "argument", "error", "line"),
    [
        ("divide", 0, "ZeroDivisionError('division by zero')", DIVIDE),
        ("parse", "odd", "AssertionError", PARSE),
    ],
)
def test_an_error_is_named_with_the_last_line_of_the_owner(method, argument, error, line):
    owner = Owner()
    with pytest.raises(ConformanceError) as caught:
        calling(owner, f"{method}({argument!r})", getattr(owner, method), argument)
    assert str(caught.value).startswith(f"{method}({argument!r}) raised {error}")
    assert str(caught.value).endswith(f" ({__file__}, line {line})")
    assert repr(caught.value.__cause__) in str(caught.value)


def test_a_breach_that_was_found_within_a_call_is_passed_on():
    breach = ConformanceError("found")
    with pytest.raises(ConformanceError) as caught:
        calling(Owner(), "check", lambda: (_ for _ in ()).throw(breach))
    assert caught.value is breach


def test_what_is_no_error_of_the_function_passes_through():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calling(Owner(), "check", interrupted)


def test_no_place_is_named_where_no_code_of_the_owner_took_part():
    try:
        int("x")
    except ValueError as error:
        assert place_of(error, "a string, whose class has no file") == ""
    assert place_of(ValueError("never raised"), Owner()) == ""


class Scored(Domain):
    """Defines the two methods that a domain must have."""

    objectives = (Objective("a"),)

    def sample_task(self, rng):
        return "no task"

    def score(self, task, answer):
        return (2.0,)


class Batched(Scored):
    """Scores many at once."""

    def score_many(self, tasks, answers):
        return [[2.0]] * len(answers)


def scorer(completion):
    return {}["x"] if completion else 2.0


def line_of(function):
    return function.__code__.co_firstlineno


ROWS = from_rows([{"prompt": str(n)} for n in range(9)], scorer, ["a"])


@pytest.mark.parametrize(
    ("owner", "method", "function"),
    [
        (Scored(), "score", Scored.score),
        (Scored(), "sample_task", Scored.sample_task),
        (Scored(), "step", Scored.score),
        (Batched(), "score", Batched.score_many),
        (Batched(), "sample_task", Scored.sample_task),
        (ROWS, "score", scorer),
    ],
)
def test_what_returns_the_wrong_thing_is_named_where_it_is_defined(owner, method, function):
    assert place_of_method(owner, method) == f" ({__file__}, line {line_of(function)})"


def test_methods_without_code_of_the_owner_have_no_place():
    assert place_of_method("a string", "upper") == place_of_method("a string", "score") == ""


@pytest.mark.parametrize(
    ("owner", "answer", "line"),
    [(Scored(), "", line_of(Scored.score)), (ROWS, "", line_of(scorer)), (ROWS, "x", line_of(scorer) + 1)],
)
def test_scorers_are_named_for_what_they_return_and_for_what_they_raise(owner, answer, line):
    with pytest.raises(ConformanceError) as caught:
        calling(owner, f"score({answer!r})", owner.score_batch, [ROWS.task("train", 0)], [answer])
    assert str(caught.value).startswith(f"score({answer!r}) raised ")
    assert str(caught.value).endswith(f" ({__file__}, line {line})")
