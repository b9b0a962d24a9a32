"""Asking for candidates, writing them, and reading them from whatever a model writes."""

import re
from itertools import pairwise

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_envs.prompt import Prompt, messages

ONE, TWO = AnswerFormat(1), AnswerFormat(2)
A, B = "<candidate_1>a</candidate_1>", "<candidate_2>b</candidate_2>"
DRAFT = "<candidate_1>x</candidate_1><candidate_2>y</candidate_2>"
FORM = "<candidate_1>...</candidate_1>\n<candidate_2>...</candidate_2>"


@pytest.mark.parametrize(
    "completion",
    [
        A + B,
        f"{A}\n{B}",
        f"Sure! Here are two answers:\n\n{A}\n\n{B}\n\nHope that helps.",
        f"```\n{A}\n{B}\n```",
        "<Candidate_1>\na\n</Candidate_1>\n<CANDIDATE_2>\nb\n</CANDIDATE_2>",
        "< candidate_1 >a</ candidate_1 ><candidate_2 >b</candidate_2>",
        f"<think>Maybe {DRAFT}?</think>{A}{B}",
        f"<thinking>{DRAFT}</thinking>{A}{B}",
        f"[THINK]{DRAFT}[/THINK]{A}{B}",
        f"<think>one</think> <think>two {DRAFT}</think>\n{A}{B}",
        f"Maybe {DRAFT}? No.</think>{A}{B}",  # the chat template has opened the thought
        f"Maybe {DRAFT}. </think> {DRAFT} </think>{A}{B}",
        f"In <candidate_1> tags, then.</think>{A}{B}",
        f"I will answer in the form {FORM}\n\n{A}{B}",
        f"{A}{B}\nas asked for: {FORM}",
        f"{A}{B} in <candidate_1> tags",
        f"I write <candidate_1> and <candidate_2> tags. {A}{B}",
        f"Draft: <candidate_1>x</candidate_1> Final: {A}{B}",
        f"Draft: {DRAFT}\nFinal:\n{A}\n{B}",
        f"{A}<candidate_2>b",  # cut off
        "<candidate_1>a\n<candidate_2>b</candidate_2>",  # a closing tag is missing
        f"{A}{B}<candidate_3>c</candidate_3>",
        f"{A}{B}</candidate_2>",
        "<candidate_1>**a</candidate_1>".replace("**", "") + B,
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>{A}{B}",
    ],
)
def test_right_answers_in_many_dresses(completion):
    assert TWO.parse(completion) == ("a", "b")


SPELLINGS = [  # of the brackets and of the name in a tag
    (r"\<", "candidate\\_{}", r"\>"),
    (r"\<", "candidate_{}", ">"),
    ("&lt;", "candidate_{}", "&gt;"),
    ("&#60;", "Candidate_{}", "&#62;"),
    ("&#x3C;", "candidate_{}", "&#x3E;"),
    ("<", "candidate {}", ">"),
    ("<", "Candidate-{}", ">"),
    ("<", "candidate{}", ">"),
    ("<", "candidate_0{}", ">"),
    ("**<", "candidate_{}", ">**"),
    ("`<", "candidate_{}", ">`"),
]


@pytest.mark.parametrize("closed", ["/", r"\/", "\\", "/ "])
@pytest.mark.parametrize("spelling", SPELLINGS, ids="".join)
def test_spellings_of_tags(spelling, closed):
    left, name, right = spelling
    spelled = [left + end + name.format(i) + right for i in (1, 2) for end in ("", closed)]
    first, second = "{}a{}".format(*spelled[:2]), "{} b\n{}".format(*spelled[2:])
    assert TWO.parse(f"{first}\n{second}") == ("a", "b")
    assert TWO.spans(f"So: {first}{second} Done.") == [(0, 0), (4, 1), (4 + len(first), 2)]


@pytest.mark.parametrize(
    ("completion", "spans"),
    [
        ("<candidate_1>a</candidate>\n<candidate_2>b</candidate>", [(0, 1), (26, 2)]),  # no number
        ("<candidate_1>a<candidate_1>\n<candidate_2>b<candidate_2>", [(0, 1), (27, 2)]),  # no slash
        ("<candidate_1>a<candidate_1>\n<candidate_2>b<candidate_2> Done.", [(0, 1), (27, 2)]),
        ("<candidate_1>a<candidate_1></candidate_1><candidate_2>b", [(0, 1), (27, 2)]),
        (f"Tags: <candidate_1>. {A}{B}", [(0, 0), (21, 1), (49, 2)]),  # named, not closed
        (f"Tags: </candidate>, <candidate>, <candidate_0>. {A}{B}", [(0, 0), (48, 1), (76, 2)]),
        ("In <candidate_1> tags: <candidate_1>a</candidate><candidate_2>b", [(0, 0), (23, 1), (49, 2)]),
    ],
)
def test_incomplete_closing_tags(completion, spans):
    assert TWO.parse(completion) == ("a", "b")
    assert TWO.spans(completion) == spans


@pytest.mark.parametrize(
    ("completion", "answers"),
    [
        ("", (None, None)),
        ("a", (None, None)),
        (A, ("a", None)),
        (B, (None, "b")),
        (f"<candidate_1>...</candidate_1>{B}", (None, "b")),
        (f"<candidate_1>  </candidate_1>{B}", (None, "b")),
        (f"<think>{A}{B}", (None, None)),  # cut off while thinking
        (f"<think>done</think><think>again {A}", (None, None)),
        (f"{A}{B}</think>", (None, None)),
        ("a</candidate_1>", (None, None)),
        (f"<candidate_7>a</candidate_7>{B}", (None, "b")),
        ("<candidate_1>a</candidate_2>", ("a</candidate_2>", None)),
        (f"{B}{A}", ("a", None)),  # descending numbers are drafts of one another
        ("{candidate_1}a{/candidate_1}[candidate_2]b[/candidate_2]", (None, None)),
        ("<candidates_1>a</candidates_1><candidate_1_2>b<candidate_99999>", (None, None)),
        ("<candidate>a</candidate><candidate>b</candidate>", (None, None)),
        ("Candidate 1: a\n\nCandidate 2: b", (None, None)),  # words alone are no tags
        ("<candidate_1>**a**</candidate_1> **", ("**a**", None)),  # emphasis of the answer
    ],
)
def test_what_is_missing_is_none(completion, answers):
    assert TWO.parse(completion) == answers


def test_thought_inside_a_candidate_is_the_candidates_own():
    first, second = "<think>why</think> <tool_call>1</tool_call>", "<think>how</think> 2"
    completion = f"<think>Hm.</think>{TWO.format([first, second])}"
    assert TWO.parse(completion) == (first, second)


def test_one_candidate_is_the_whole_completion():
    assert ONE.parse(" <path>UP</path>\n") == ("<path>UP</path>",)
    assert ONE.parse(" \n") == (None,)
    assert ONE.format(["left"]) == "left"
    assert ONE.instruct("Choose.") == ONE.instruct("Choose.", "compact") == "Choose."
    assert ONE.tags() == []


def test_instructions():
    asked = TWO.instruct("Choose.")
    assert asked.startswith("Choose.\n\nGive 2 answers that differ") and asked.endswith(FORM)
    assert TWO.parse(asked) == (None, None)
    assert TWO.instruct("choose", "compact") == "choose\n<candidates_2>"


@pytest.mark.parametrize("style", ["full", "compact"])
def test_the_instruction_is_the_users(style):
    asked = AnswerFormat(2).instruct(Prompt("Be brief.\n\nWhere?", "Be brief."), style)
    system, user = messages(asked)
    assert system == {"role": "system", "content": "Be brief."}
    assert user["content"] == AnswerFormat(2).instruct("Where?", style)


def test_tags_cover_what_is_written_and_asked():
    three = AnswerFormat(3)
    text = three.format("abc") + "".join(AnswerFormat(m).instruct("", "compact") for m in (2, 3))
    assert set(re.findall(r"</?candidates?_\d>", text)) == set(three.tags())


@pytest.mark.parametrize("size", [0, -1])
def test_sizes_below_one_are_refused(size):
    with pytest.raises(ValueError, match=f"num_candidates={size} must be at least 1"):
        AnswerFormat(size)


texts = st.text(min_size=1).filter(lambda text: re.search(r"[^\s.…_*\[\](){}<>-]", text) and "<" not in text)


@given(st.lists(texts, min_size=1, max_size=4))
def test_what_is_written_is_read_back(answers):
    answer_format = AnswerFormat(len(answers))
    written = answer_format.format(answers)
    assert answer_format.parse(written) == tuple(answer.strip() for answer in answers)


pieces = st.sampled_from(
    [
        *(f"<{end}candidate_{i}>" for end in ("", "/") for i in (1, 2, 3, 99999)),
        "<think>", "</think>", "[/THINK]", "<|channel|>final<|message|>", "a", "...", " ", "\n", "é🙂",
        "<candidate_", "</candidate>", "&lt;candidate_1&gt;", r"\</candidate\_2\>", "**", "<candidate 2>",
    ]
)  # fmt: skip
hostile = st.one_of(st.text(), st.lists(pieces, max_size=25).map("".join))


@given(hostile, st.integers(1, 4))
def test_any_text_is_read(completion, size):
    found = AnswerFormat(size).parse(completion)
    assert len(found) == size
    for answer in found:
        assert answer is None or (answer == answer.strip() != "" and answer in completion)


@given(hostile)
def test_no_answer_counts_twice(completion):
    first, second = TWO.parse(completion)
    if first is not None and second is not None:
        place = completion.find(first)
        assert completion.find(second, place + 1 if second in first else place) >= 0
        assert len(first) + len(second) <= len(completion)


def shown(answer_format, completion):
    """The completion's spans as text, by candidate; 0 is what precedes them."""
    spans = [*answer_format.spans(completion), (len(completion), None)]
    assert spans[0][0] == 0
    return [(number, completion[start:end]) for (start, number), (end, _) in pairwise(spans) if end > start]


THREE = AnswerFormat(3)
C = "<candidate_3>c</candidate_3>"


@pytest.mark.parametrize(
    ("completion", "spans"),
    [
        (f"{A}{B}{C}", [(1, A), (2, B), (3, C)]),
        (f"Hm.\n{A} {B}\n{C} Done.", [(0, "Hm.\n"), (1, A), (2, f" {B}"), (3, f"\n{C} Done.")]),
        (f"<think>{DRAFT}</think>{A}{B}{C}", [(0, f"<think>{DRAFT}</think>"), (1, A), (2, B), (3, C)]),
        (f"Maybe {A}.</think>{A}{B}{C}", [(0, f"Maybe {A}.</think>"), (1, A), (2, B), (3, C)]),
        (f"{DRAFT} Final: {A}{B}{C}", [(0, f"{DRAFT} Final: "), (1, A), (2, B), (3, C)]),
        (f"<candidate_1>a{B}{C}", [(1, "<candidate_1>a"), (2, B), (3, C)]),  # a closing tag is missing
        (f"{A}<candidate_2>b", [(1, A), (2, "<candidate_2>b")]),  # cut off
        (A, [(1, A)]),
        (f"{A} and so on", [(1, A), (2, " and so on")]),  # where the second one is missing
        (f"{A}{{candidate_2}}b{C}", [(1, A), (2, "{candidate_2}b<candidate_3>"), (3, "c</candidate_3>")]),
        (f"{A}{C}", [(1, A), (2, "<candidate_3>"), (3, "c</candidate_3>")]),  # skipped
        (f"Hm. {C}", [(0, "Hm. "), (1, "<candidate_3>"), (3, "c</candidate_3>")]),
        (f"{A}<candidate_2> </candidate_2>{C}", [(1, A), (2, "<candidate_2> </candidate_2>"), (3, C)]),
        (f"<candidate_1></candidate_1>{B}{C}", [(1, "<candidate_1></candidate_1>"), (2, B), (3, C)]),
        (f"As in {FORM}\n\n{A}{B}{C}", [(0, f"As in {FORM}\n\n"), (1, A), (2, B), (3, C)]),
        (f"{A}<candidate_2>...</candidate_2>{B}", [(1, A), (2, f"<candidate_2>...</candidate_2>{B}")]),
        (f"{A}{B}{C}<candidate_4>d</candidate_4>", [(1, A), (2, B), (3, f"{C}<candidate_4>d</candidate_4>")]),
        ("no tags at all", [(0, "no tags at all")]),
        ("", []),
    ],
)
def test_spans_by_hand(completion, spans):
    merged = []
    for number, text in shown(THREE, completion):
        if merged and merged[-1][0] == number:  # a gap and the candidate after it
            text = merged.pop()[1] + text
        merged.append((number, text))
    assert merged == spans


def test_one_candidate_spans_the_whole_completion():
    assert ONE.spans("<think>Hm.</think> left") == [(0, 1)]


pieces = st.sampled_from(
    [
        A, B, C, "<candidate_1>", "</candidate_2>", "<candidate_2>", "...", " ", "x", "<think>", "</think>",
        "</candidate>", "**<candidate_3>**", "&lt;candidate_1&gt;", "&lt;/candidate_1&gt;",
    ]
)  # fmt: skip


@given(st.lists(pieces, max_size=12).map("".join))
def test_every_candidate_lies_in_its_own_span(completion):
    spans = THREE.spans(completion)
    assert [start for start, _ in spans] == sorted({start for start, _ in spans})
    assert all(0 <= number <= 3 for _, number in spans) and spans[0][0] == 0
    texts = {}
    for number, text in shown(THREE, completion):
        texts[number] = texts.get(number, "") + text
    for number, answer in enumerate(THREE.parse(completion), start=1):
        assert answer is None or answer in texts[number]


@pytest.mark.parametrize(
    "unit", ["<candidate_1>", "<candidate_1> a ", "**", "&lt;candidate", "</candidate>", A, "\\<"]
)
def test_the_longest_completions_are_read_in_linear_time(unit):
    short, long = (unit * (length // len(unit)) for length in (25_000, 200_000))
    # Eight times the length; quadratic time would take 64 times as long.
    assert cpu_seconds(lambda: TWO.spans(long)) < 24 * cpu_seconds(lambda: TWO.spans(short)) + 0.05
