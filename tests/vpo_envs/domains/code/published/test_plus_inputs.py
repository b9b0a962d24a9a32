"""Inputs of MBPP+: tuples and sets where the problems need them."""

import pytest

from vpo_envs.domains.code.published.plus_inputs import arguments_of


@pytest.mark.parametrize(
    ("number", "inputs", "arguments"),
    [
        (2, [[1, 2], [3]], ((1, 2), (3,))),
        (63, [[[1, 2], [3, 4]]], ([(1, 2), (3, 4)],)),
        (75, [[[1, 2]], 3], ([(1, 2)], 3)),
        (106, [[1], [2, 3]], ([1], (2, 3))),
        (115, [[[1, 1], []]], ([{1}, {}],)),
        (250, [[1, 2], 2], ((1, 2), 2)),
        (259, [[[1, 3]], [[6, 7]]], (((1, 3),), ((6, 7),))),
        (278, [[1, [2]]], ((1, (2,)),)),
        (307, [["a", []], 1, 2], (("a", []), 1, 2)),
        (580, [[4, [5, [6]]]], ((4, (5, (6,))),)),
        (722, [{"a": [1, 2]}, 3], ({"a": (1, 2)}, 3)),
        (3, [[1]], ([1],)),
    ],
)
def test_inputs_of_mbpp_plus_are_python_values(number, inputs, arguments):
    assert arguments_of(number, inputs) == arguments
    assert repr(arguments_of(number, inputs)) == repr(arguments)


@pytest.mark.parametrize(
    ("numbers", "inputs", "arguments"),
    [
        (
            "2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809",
            [[1], [2, [3]]],
            ((1,), (2, [3])),
        ),
        ("63 64 70 94 120 237 272 299 400 409 417 438 473 614 780", [[[1], [2, [3]]]], ([(1,), (2, [3])],)),
        ("75 413 444 753", [[[1], [2]], [3]], ([(1,), (2,)], [3])),
        ("106 750", [[1], [2]], ([1], (2,))),
        ("250 405 446 617 720 763 808 307", [[1], [2]], ((1,), [2])),
        ("259 401 445", [[[1], [2]], [[3]]], (((1,), (2,)), ((3,),))),
        ("580 615 791", [[1, [2, [3]]], 4], ((1, (2, (3,))), 4)),
        ("1 3 62 65 117 251 447 781 810", [[1], [[2]]], ([1], [[2]])),
    ],
)
def test_the_problems_of_each_form_are_those_of_the_published_loader(numbers, inputs, arguments):
    """EvalPlus 0.3.1, `mbpp_deserialize_inputs`; the last row is of problems that it leaves as they are."""
    for number in map(int, numbers.split()):
        assert repr(arguments_of(number, inputs)) == repr(arguments), number
