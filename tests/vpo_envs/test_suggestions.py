import pytest

from vpo_envs.suggestions import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "known", "near", "text"),
    [
        ("seeed", ["steps", "seed"], "seed", "did you mean 'seed'?"),
        ("xyz", {"steps": 1, "seed": 2}, None, "there are steps, seed"),
        ("xyz", [], None, "there are none"),
        (7, ("steps",), None, "there are steps"),
    ],
)
def test_an_unknown_name_gets_the_nearest_one_or_all(name, known, near, text):
    assert nearest(name, known) == near
    assert did_you_mean(name, known) == text


def test_case_is_no_difference():
    assert nearest("poolvpo", ["VPO", "PoolVPO"]) == "PoolVPO"
