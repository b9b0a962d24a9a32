"""The list of published data sets, and which of them a row belongs to."""

import gymnasium as gym
import pytest

import vpo_envs  # noqa: F401  (registers the environments)
from vpo_envs.datasets.published import PUBLISHED, recognise


def test_the_list_is_complete_and_each_schema_is_told_from_the_others():
    names = [one.name for one in PUBLISHED]
    assert len(set(names)) == len(names) == 8
    for one in PUBLISHED:
        assert one.licence and one.source and one.files
        for columns in one.columns:
            assert recognise(dict.fromkeys(columns)) is one
    plus = dict.fromkeys(["entry_point", "canonical_solution", "test", *PUBLISHED[-1].columns[0], "prompt"])
    assert recognise(plus).name == "HumanEval+, MBPP+"


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("question paragraphs question_decomposition answer", "MuSiQue"),
        ("idx question entity_masks entities", "EUREQA"),
        ("prompt reward_model extra_info", "rlla_4k (ToolRL)"),
        ("id question function", "BFCL"),
        ("id question involved_classes path", "BFCL"),
        ("question_content public_test_cases private_test_cases", "LiveCodeBench"),
        ("task_id prompt entry_point canonical_solution test", "HumanEval"),
        ("task_id prompt code test_list", "MBPP"),
        ("task_id prompt base_input plus_input", "HumanEval+, MBPP+"),
        ("question answer", None),
        ("task_id", None),
        ("id question", None),
        ("", None),
    ],
)
def test_a_row_belongs_to_the_data_set_all_of_whose_columns_it_has(columns, name):
    found = recognise(dict.fromkeys(columns.split()))
    assert (found and found.name) == name
    assert [one.name for one in PUBLISHED if one.matches(set(columns.split()))] == ([name] if name else [])


@pytest.mark.parametrize("one", PUBLISHED, ids=[one.name for one in PUBLISHED])
def test_data_sets_go_with_environments_that_read_them(one):
    assert one.env_id in gym.registry and one.needs in ("", "code", "datasets")
    assert one.gold == (one.name != "LiveCodeBench")
