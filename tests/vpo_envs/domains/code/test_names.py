"""Names: words of the list or of the task, that differ from one another."""

import pytest

from vpo_envs.domains.code.names import LONGEST, constant_names, dictionary, is_word, readable, words_of

GOOD = [
    "value", "best_mix", "LIMIT", "i", "x", "_", "a", "sky", "neighbours", "prefixSums", "is_open", "RowSum",
    "visited", "lowest", "counts", "dp", "left_index", "num_rows", "curr", "tmp", "idx", "row2", "trapped",
]  # fmt: skip
POOR = [
    "c",
    "v",
    "ab",
    "aaa",
    "q9",
    "l1",
    "",
    "aab",
    "qabb",
    "zzbao",
    "kamibo",
    "é",
    "x_y",
    "a_b",
    "n" * 61,
    "1",
]


@pytest.mark.parametrize("name", GOOD)
def test_words(name):
    assert is_word(name)


@pytest.mark.parametrize("name", POOR)
def test_no_words(name):
    assert not is_word(name)


def test_words_of_the_task_count():
    words = words_of("Each zorb holds 3 quuxes; return fizzle_rank(zorb).")
    assert is_word("zorb_count", words) and is_word("fizzle", words) and is_word("quuxes", words)
    assert not is_word("zorb_count") and not is_word("flarb", words)


def test_names_must_differ():
    assert readable(["limit", "limit2", "LIMIT_3", "lim_it", "total"]) == {"LIMIT_3", "total"}
    assert readable(["value", "values"]) == {"value", "values"}
    assert readable(["x", "y", "_"]) == {"x", "y", "_"}


def test_names_of_constants_say_what_they_are():
    words = words_of("A zorb of 7 is taken.")
    names = ["ZORB", "LIMIT", "MAX_STEPS", "apple", "PINK_BABY", "x", "qabb", "limit2"]
    assert constant_names(names, words) == {"ZORB", "LIMIT", "MAX_STEPS"}
    assert constant_names(names) == {"LIMIT", "MAX_STEPS"}


def test_the_list_is_small_and_plain():
    words = dictionary()
    assert 10_000 < len(words) < 20_000 and LONGEST == 60
    assert all(word.isascii() and word.islower() for word in words)
