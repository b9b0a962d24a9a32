"""Right calls score as the plain ones in any dress, wrong ones, too; damaged and perturbed ones."""

import pytest

from tests.vpo_envs.domains.tool_use.dresses import (
    DOMAIN,
    DRESSES,
    RIGHT,
    TASK,
    THOUGHT,
    WRONG,
    block,
    lines,
    plain,
)
from vpo_envs.domains.tool_use.calls import Call, write_json


def test_there_are_enough_dresses():
    assert len(DRESSES) >= 25


@pytest.mark.parametrize("dress", DRESSES)
def test_a_right_answer_scores_as_the_plain_one_in_any_dress(dress):
    assert DOMAIN.score(TASK, plain(RIGHT)) == (1, 1, 1, 1)
    assert DOMAIN.score(TASK, DRESSES[dress](RIGHT)) == (1, 1, 1, 1)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_wrong_answer_scores_as_the_plain_one_in_any_dress(dress):
    expected = (0, 1 / 2, 1 / 3, 0)
    assert DOMAIN.score(TASK, plain(WRONG)) == pytest.approx(expected)
    assert DOMAIN.score(TASK, DRESSES[dress](WRONG)) == pytest.approx(expected)


DAMAGES = {
    "never closed": (lambda c: f"{THOUGHT}<tool_call>\n{lines(c)}", (0, 1, 1, 1)),
    "closed by an opener": (lambda c: f"{THOUGHT}<tool_call>\n{lines(c)}\n<tool_call>", (0, 1, 1, 1)),
    "an opener each": (
        lambda c: THOUGHT + "\n".join(f"<tool_call>{write_json(x)}" for x in c),
        (0, 1, 1, 1),
    ),
    "the first never closed": (
        lambda c: f"{THOUGHT}<tool_call>{write_json(c[0])}\n<tool_call>{write_json(c[1])}</tool_call>",
        (0, 1, 1, 1),
    ),
    "begun anew in a call": (
        lambda c: f"{THOUGHT}<tool_call>{write_json(c[0])}\n{write_json(c[1])[:-20]}{block(lines(c))}",
        (1, 1, 1, 1),
    ),
    "cut off after a heading": (
        lambda c: f"{THOUGHT}{block(write_json(c[0]))}\nMessage:\n<tool_call>{write_json(c[1])}",
        (0, 1, 1, 1),
    ),
    "cut off in a second draft": (
        lambda c: f"{THOUGHT}{block(lines(c))}\nWait, better:\n<tool_call>{write_json(c[1])}",
        (0, 1, 1, 1),
    ),
    "withdrawn in a thought": (
        lambda c: f"{THOUGHT}{block(lines(c))}\n<think>No, wrong.</think>\n{block(write_json(Call('stop')))}",
        (0, 0, 0, 0),
    ),
    "cut off in the second call": (
        lambda c: f"{THOUGHT}<tool_call>\n{lines(c)[:-20]}",
        (0, 2 / 3, 1 / 2, 1 / 2),
    ),
    "no thought": (lambda c: block(lines(c)), (0, 1, 1, 1)),
    "no block": (lambda c: f"{THOUGHT}```json\n{lines(c)}\n```", (0, 1, 1, 1)),
    "words inside": (lambda c: THOUGHT + block(f"{lines(c)}\nThat is all."), (0.75, 1, 1, 1)),
    "thought never closed": (lambda c: f"<think>hm {block(lines(c))}", (0, 0, 0, 0)),
    "empty block": (lambda c: THOUGHT + block(""), (0, 0, 0, 0)),
    "withdrawn": (
        lambda c: f"{THOUGHT}{block(lines(c))}\nNo, wait:\n{block(write_json(Call('stop')))}",
        (0, 0, 0, 0),
    ),
    "twice in one block": (lambda c: THOUGHT + block(lines(c + c)), (1, 2 / 3, 1 / 2, 1 / 2)),
    "all in the thought": (lambda c: f"<think>{block(lines(c))}</think>Done.", (0, 0, 0, 0)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_answers(damage):
    text, expected = DAMAGES[damage]
    assert DOMAIN.score(TASK, text(RIGHT)) == pytest.approx(expected)


# Perturbations of the gold answers of real-shaped rows


ROWS = [(split, index) for split, count in (("train", 5), ("test", 1)) for index in range(count)]
CALLING = [(split, index) for split, index in ROWS if DOMAIN.task(split, index).truth.gold]
LIMITED = (
    *(
        "TOML",
        "TOML in a fence",
        "TOML, a block each",
        "a name as an attribute",
        "Qwen3-Coder",
        "GLM",
        "Claude",
        "ReAct",
    ),
    *("a name before an object", "a name above an object", "a call of one object"),
    *("python calls, printed", "python calls, named"),
    *(dress for dress in DRESSES if "each, " in dress),
    "python calls",
    "text numbers",
)
"""Dresses for two calls, for names without blanks, and for values that are texts and numbers alone."""

ARGUED = [at for at in CALLING if any(call.parameters for call in DOMAIN.task(*at).truth.calls)]


def scored(at, calls, write=lines) -> list[float]:
    return list(DOMAIN.score(DOMAIN.task(*at), THOUGHT + block(write(calls))))


@pytest.mark.parametrize("at", CALLING)
@pytest.mark.parametrize("dress", [d for d in DRESSES if d not in LIMITED])
def test_gold_calls_in_any_dress(at, dress):
    calls = DOMAIN.task(*at).truth.calls
    assert DOMAIN.score(DOMAIN.task(*at), DRESSES[dress](calls)) == (1, 1, 1, 1)


@pytest.mark.parametrize("at", CALLING)
def test_perturbed_gold_calls(at):
    calls = list(DOMAIN.task(*at).truth.calls)
    assert scored(at, [*calls[1:], calls[0]]) == [1, 1, 1, 1]
    other_case = [Call(call.name.swapcase().replace(" ", "_"), call.parameters) for call in calls]
    assert 0 < scored(at, other_case)[1] < 1
    assert scored(at, [Call("some other tool", call.parameters) for call in calls]) == [0, 0, 0, 0]


@pytest.mark.parametrize("at", ARGUED)
def test_perturbed_arguments(at):
    calls = list(DOMAIN.task(*at).truth.calls)
    n, first = len(calls), calls[0]
    key, *others = first.parameters
    dropped = {other: first.parameters[other] for other in others}
    size = len(first.parameters)
    for made, keys in (
        (dropped, 2 * (size - 1) / (2 * size - 1)),
        ({**dropped, "renamed": first.parameters[key]}, (size - 1) / size),
    ):
        rewards = scored(at, [Call(first.name, made), *calls[1:]])
        assert rewards[1:] == pytest.approx([1, (n - 1 + keys) / n, (n - 1 + (size - 1) / size) / n])
    for key, value in first.parameters.items():
        if isinstance(value, str):
            for wrapped in (f'"{value}"', f"({value})", f"*{value}*", " ".join(value.split()[::-1]) + "!"):
                assert scored(at, [Call(first.name, {**first.parameters, key: wrapped}), *calls[1:]])[3] < 1
        if isinstance(value, list) and len(value) > 1:
            made = Call(first.name, {**first.parameters, key: value[::-1]})
            assert scored(at, [made, *calls[1:]])[3] < 1, "the schema does not say that order is immaterial"


def test_where_nothing_is_due():
    idle = next(at for at in ROWS if at not in CALLING)
    task = DOMAIN.task(*idle)
    assert DOMAIN.score(task, "") == (0, 0, 0, 0)
    assert DOMAIN.score(task, THOUGHT + block(""))[0] == 0
    assert DOMAIN.score(task, THOUGHT + "You are welcome.") == (1, 1, 1, 1)
    assert DOMAIN.score(task, THOUGHT + block(write_json(Call("ping")))) == (0, 0, 0, 0)
