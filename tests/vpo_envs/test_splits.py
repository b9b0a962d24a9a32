"""Splits and indices: bad ones are named, and a tenth of the problems each is held out."""

import hashlib
from collections import Counter

import numpy as np
import pytest

from vpo_envs.splits import SPLITS, split_of


@pytest.mark.parametrize("index", [-1, 1.0, 1.5, "1", True, None, np.float32(2), [1]])
def test_a_bad_index_is_named(shares, make_env, index):
    with pytest.raises(ValueError, match=r"index=.* must be an integer of at least 0"):
        shares.task("train", index)
    if index is not None:
        with pytest.raises(ValueError, match=r"index=.* must be an integer of at least 0"):
            make_env().reset(options={"index": index})


def test_a_bad_split_is_named(shares):
    with pytest.raises(ValueError, match="split='dev' is not one of train, validation, test"):
        shares.task("dev", 0)


def test_a_tenth_of_the_problems_each_is_for_validation_and_for_the_test():
    places = Counter(split_of(f"problem {i}") for i in range(10_000))
    assert set(places) == set(SPLITS)
    assert 900 < places["validation"] < 1100 and 900 < places["test"] < 1100  # three standard errors: 90
    assert split_of("problem 7") == split_of("problem 7")


def test_the_first_index_is_zero(shares):
    assert shares.task("train", 0).index == 0


@pytest.mark.parametrize("number", range(30))
def test_the_last_digit_of_the_first_64_bits_of_sha256_decides(number):
    digit = int(hashlib.sha256(f"problem {number}".encode()).hexdigest()[:16], 16) % 10
    expected = "validation" if digit == 0 else "test" if digit == 1 else "train"
    assert split_of(f"problem {number}") == expected
