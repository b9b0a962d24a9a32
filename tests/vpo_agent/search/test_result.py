"""Pools and results of a search: what they accept, count and keep in a file."""

import json

import numpy as np
import pytest

from tests.vpo_agent.search.by_hand import TASK, pool, result
from vpo_agent.common.integrity import seal
from vpo_agent.search import Pool, SearchResult


def test_a_pool_holds_the_first_answers_and_counts_tokens_by_completion():
    answers = ["a", "b", "c", "d", "e", "f"]  # two of each of three completions
    rewards = [[i / 10, 1 - i / 10] for i in range(6)]
    made = Pool.of(TASK, answers, rewards, [4, 2, 7], budget=5)
    assert (made.task, made.answers, made.rollouts) == ("test/0", ["a", "b", "c", "d", "e"], 3)
    assert made.tokens.tolist() == [4, 4, 6, 6, 13] and made.tokens.dtype == np.int64
    np.testing.assert_array_equal(made.rewards, np.float32(rewards[:5]))
    assert Pool.of(3, ["a"], [[1.0]], [9], budget=1, rollouts=0).task == "seed/3"
    assert Pool.of(TASK, answers, rewards, [4, 2, 7], budget=99, rollouts=1).rollouts == 1


@pytest.mark.parametrize(
    ("answers", "rewards", "tokens", "message"),
    [
        ([], np.zeros((0, 2)), [], "pool of t: 0 answers"),
        (["a", "b"], [0.5, 0.5], [1, 2], r"2 answers, rewards \(2,\)"),
        (["a"], [[0.5], [0.5]], [1], r"1 answers, rewards \(2, 1\)"),
        (["a", "b"], [[0.5], [0.5]], [1], r"tokens \(1,\); give one row and one count per answer"),
        (["a", "b"], [[0.5], [0.5]], [[1, 2]], r"tokens \(1, 2\)"),
        (["a"], [[-0.001, 0.5]], [1], r"rewards must lie within \[0, 1\]"),
        (["a"], [[0.5, 1.001]], [1], r"rewards must lie within \[0, 1\]"),
        (["a"], [[float("nan"), 0.5]], [1], r"rewards must lie within \[0, 1\]"),
    ],
)
def test_pools_whose_parts_do_not_fit_are_refused(answers, rewards, tokens, message):
    with pytest.raises(ValueError, match=message):
        Pool("t", answers, rewards, tokens, 1)


def test_rewards_may_be_0_and_1():
    assert Pool("t", ["a"], [[0, 1]], [1], 1).rewards.tolist() == [[0, 1]]


@pytest.mark.parametrize("chosen", [[-1, 0], [4, 0], [0], [0, 0, 0]])
def test_a_choice_is_one_index_into_every_pool(chosen):
    with pytest.raises(ValueError, match="must be one index into each of the 2 pools"):
        result(chosen=chosen)
    assert result(chosen=[3, 1]).answers == ["right", "left"]


def test_results_by_hand():
    found = result()
    assert found.answers == ["both", "left"]
    np.testing.assert_allclose(found.rewards, [[0.6, 0.6], [1.0, 0.0]], rtol=1e-6)
    assert found.used == {"answers": 6, "tokens": 20 + 10, "rollouts": 6}
    # First pool: 0, then 0.5 (left), then 0.6 (both); second: 0.5 throughout.
    np.testing.assert_allclose(found.curve([0.5, 0.5], (1, 2, 4)), [0.25, 0.5, 0.55])
    corners = [[1.0, 0.0], [0.0, 1.0]]
    np.testing.assert_allclose(found.curve(corners, (1, 2, 4)), [0.25, 0.5, 0.75])


def test_a_curve_counts_short_pools_with_all_their_answers():
    found = result(pools=[pool(["left"]), pool(["", "both"])], chosen=[0, 0])
    np.testing.assert_allclose(found.curve([0.5, 0.5], (1, 2, 50)), [0.25, 0.55, 0.55])
    assert found.used == {"answers": 3, "tokens": 5 + 10, "rollouts": 3}


def test_tokens_and_episodes_are_those_of_the_pools():
    first = Pool("test/0", ["a", "b", "c"], [[0, 0]] * 3, [4, 4, 11], 2)
    second = Pool("test/1", ["a"], [[0, 0]], [6], 1)
    assert result(pools=[first, second], chosen=[0, 0]).used == {"answers": 4, "tokens": 17, "rollouts": 3}


def test_results_survive_a_file(tmp_path):
    pools = [pool(["both", "left"]), pool(["\ud800 \x00", "right"])]
    found = result(pools=pools, chosen=[0, 1])
    found.to_json(tmp_path / "deep" / "result.json")
    again = SearchResult.from_json(tmp_path / "deep" / "result.json")
    assert again.answers == found.answers and again.run == found.run
    for first, second in zip(found.pools, again.pools):
        assert first.answers == second.answers
        assert (first.rewards == second.rewards).all() and second.rewards.dtype == np.float32
        assert (first.tokens == second.tokens).all()


def test_a_file_has_as_few_digits_as_rewards_need(tmp_path):
    rewards = np.float32([[0.1, 1 / 3], [0.7, 0.0]])
    found = result(pools=[Pool("test/0", ["a", "b"], rewards, [1, 2], 2)], chosen=[1])
    found.to_json(tmp_path / "result.json")
    content = json.loads((tmp_path / "result.json").read_text())
    assert content["pools"][0]["rewards"] == [[0.1, 0.33333334], [0.7, 0.0]]
    assert content["pools"][0]["tokens"] == [1, 2] and content["schema_version"] == 1
    np.testing.assert_array_equal(SearchResult.from_json(tmp_path / "result.json").pools[0].rewards, rewards)


def broken(change):
    def build(content):
        del content["sha256"]
        change(content)
        return json.dumps(seal(content))

    return build


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: "{", "is not the result of a search"),
        (lambda content: "[]", "is not the result of a search"),
        (lambda content: json.dumps({**content, "chosen": [0, 0]}), "its SHA-256 is not that of the saved"),
        (broken(lambda c: c.pop("pools")), "pools"),
        (broken(lambda c: c.update(schema_version=9)), "schema_version=9; this version reads 1"),
        (broken(lambda c: c["chosen"].__setitem__(0, 4)), "one index into each of the 2 pools"),
        (broken(lambda c: c["pools"][0]["rewards"].pop()), "4 answers"),
        (broken(lambda c: c["pools"][0]["rewards"].__setitem__(0, [2.0, 0.0])), r"within \[0, 1\]"),
        (broken(lambda c: c["pools"][0]["rewards"].__setitem__(0, ["x", 0.0])), "rewards"),
        (broken(lambda c: c.update(objectives=["left"])), "must have 1 objectives"),
    ],
)
def test_damaged_files_are_refused(tmp_path, damage, message):
    path = tmp_path / "result.json"
    result().to_json(path)
    path.write_text(damage(json.loads(path.read_text())))
    with pytest.raises(ValueError, match=message):
        SearchResult.from_json(path)


@pytest.mark.parametrize(
    ("text", "message"), [("[" * 100_000, "nested too deeply"), ('{"run": {}, "more": 1}', "more")]
)
def test_files_of_other_kinds_are_named(tmp_path, text, message):
    path = tmp_path / "result.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"(?s)result\.json is not the result of a search: .*{message}"):
        SearchResult.from_json(path)


def test_a_file_that_is_not_there_is_no_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        SearchResult.from_json(tmp_path / "result.json")


def test_files_without_a_checksum_are_read(tmp_path):
    path = tmp_path / "result.json"
    result().to_json(path)
    content = json.loads(path.read_text())
    del content["sha256"]
    path.write_text(json.dumps(content))
    assert SearchResult.from_json(path).chosen == [2, 0]
