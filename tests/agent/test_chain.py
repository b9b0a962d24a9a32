import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.tasks.answer_format import AnswerFormat

ONE, TWO, THREE = AnswerFormat(1), AnswerFormat(2), AnswerFormat(3)


@pytest.mark.parametrize(
    "completion, answers",
    [
        ("<answer_1>a</answer_1><answer_2>b</answer_2>", ("a", "b")),
        ("<answer_1> a </answer_1>\n\n<answer_2>\nb\n</answer_2>\n", ("a", "b")),
        ("Sure! <answer_1>a</answer_1> or <answer_2>b</answer_2>, as you like.", ("a", "b")),
        ("", (None, None)),
        ("a", (None, None)),
        # Missing, empty, unfinished.
        ("<answer_2>b</answer_2>", (None, "b")),
        ("<answer_1>a</answer_1>", ("a", None)),
        ("<answer_1></answer_1><answer_2>b</answer_2>", (None, "b")),
        ("<answer_1> \n </answer_1><answer_2>b</answer_2>", (None, "b")),
        ("<answer_1>a</answer_1><answer_2>b", ("a", None)),
        ("<answer_1>a <answer_2>b</answer_2>", (None, "b")),
        ("a</answer_1><answer_2>b</answer_2>", (None, "b")),
        ("</answer_1>a<answer_1><answer_2>b</answer_2>", (None, "b")),
        # Out of order: what stands before the first is lost.
        ("<answer_2>b</answer_2><answer_1>a</answer_1>", ("a", None)),
        ("<answer_2>b</answer_2><answer_1>a</answer_1><answer_2>c</answer_2>", ("a", "c")),
        # Repeated: the first counts; equal answers count once.
        ("<answer_1>a</answer_1><answer_1>c</answer_1><answer_2>b</answer_2>", ("a", "b")),
        ("<answer_1>a</answer_1><answer_2>a</answer_2>", ("a", None)),
        ("<answer_1>a  b</answer_1><answer_2> a\nb </answer_2>", ("a  b", None)),
        ("<answer_1>a</answer_1><answer_2>A</answer_2>", ("a", "A")),
        # Nested and forged: an answer that holds a tag is none.
        ("<answer_1>x<answer_2>b</answer_2></answer_1>", (None, None)),
        ("<answer_1><answer_1>a</answer_1></answer_1><answer_2>b</answer_2>", (None, "b")),
        ("<answer_1>a<answer_7>b</answer_1><answer_2>c</answer_2>", (None, "c")),
        ("<answer_1>a</answer_2></answer_1><answer_2>b</answer_2>", (None, "b")),
        ("<answer_1>a</answer_1>x</answer_1><answer_2>b</answer_2>", ("a", "b")),
        # Look-alikes are no tags.
        ("<Answer_1>a</Answer_1><answer_2>b</answer_2>", (None, "b")),
        ("<answer_1 >a</answer_1><answer_2>b</answer_2>", (None, "b")),
        ("<answer_01>a</answer_01><answer_2>b</answer_2>", (None, "b")),
        ("＜answer_1＞a＜/answer_1＞<answer_2>b</answer_2>", (None, "b")),
        ("<answer_1>a < b > c</answer_1><answer_2></ans></answer_2>", ("a < b > c", "</ans>")),
        ("<answer_1>é\u202e🙂\u0000</answer_1><answer_2>½ 𝐔𝐏</answer_2>", ("é\u202e🙂\u0000", "½ 𝐔𝐏")),
    ],
)
def test_two_answers(completion, answers):
    assert TWO.parse(completion).answers == answers


A, B = "<answer_1>a</answer_1>", "<answer_1>decoy</answer_1>"


@pytest.mark.parametrize(
    "completion, answer",
    [
        (f"<think>Maybe {B}?</think>{A}", "a"),
        (f"\n <think>one {B}</think> <think>two {B}</think>\n{A}", "a"),
        (f"Maybe {B}? No.</think>{A}", "a"),  # the chat template has opened the block
        (f"Maybe {B}. </think> {B} </think>{A}", "a"),
        (f"<think>Maybe {B}", None),  # cut off while thinking
        (f"<think>done</think><think>again {B}", None),
        (f"<think>{A}</think>", None),
        (f"{A}</think>", None),
        ("<think></think>", None),
        # Thought inside an answer is the answer's, as in tool use.
        (
            "<answer_1><think>Look it up.</think>\n<tool_call>{}</tool_call></answer_1>",
            "<think>Look it up.</think>\n<tool_call>{}</tool_call>",
        ),
        (
            "<think>Hm.</think><answer_1><think>Why?</think> 42</answer_1>",
            "<think>Why?</think> 42",
        ),
        ("Hm.</think><answer_1><think>Why?</think> 42</answer_1>", "<think>Why?</think> 42"),
        ("<answer_1>print('<think>')</answer_1>", "print('<think>')"),
    ],
)
def test_thought_is_not_searched(completion, answer):
    assert ONE.parse(completion).answers == (answer,)


def test_every_answer_of_a_chain_may_hold_thought():
    thought = "<think>why</think> "
    completion = THREE.format([thought + "a", thought + "b", thought + "c"])
    assert THREE.parse(completion).texts == (thought + "a", thought + "b", thought + "c")


def test_spans_point_at_the_answers():
    completion = "So: <answer_1> left </answer_1> <answer_2>x<answer_1></answer_2><answer_3>ü🙂</answer_3>"
    found = THREE.parse(completion)
    assert found.answers == ("left", None, "ü🙂")
    assert found.spans[1] is None
    assert [completion[slice(*span)] for span in found.spans if span] == [" left ", "ü🙂"]


pieces = st.sampled_from(
    [
        *(f"<{slash}answer_{i}>" for slash in ("", "/") for i in (1, 2, 3, 4)),
        "<think>",
        "</think>",
        "a",
        "b",
        " ",
        "\n",
        "é🙂",
        "<answer_",
    ]
)
hostile = st.one_of(st.text(), st.lists(pieces, max_size=25).map("".join))


@given(hostile, st.integers(1, 4))
def test_any_text_can_be_read(completion, size):
    found = AnswerFormat(size).parse(completion)
    assert len(found.answers) == len(found.spans) == len(found.texts) == size
    last = 0
    seen = set()
    for i, (answer, span, text) in enumerate(zip(found.answers, found.spans, found.texts), start=1):
        assert (answer is None) == (span is None) and text == (answer or "")
        if answer is None:
            continue
        start, end = span
        assert last <= start < end and completion[start:end].strip() == answer != ""
        assert completion[:start].endswith(f"<answer_{i}>")
        assert completion[end:].startswith(f"</answer_{i}>")
        assert not re.search(r"</?answer_\d+>", answer)
        assert " ".join(answer.split()) not in seen
        seen.add(" ".join(answer.split()))
        last = end


plain = st.text(min_size=1).filter(lambda text: text.strip() and "<" not in text)


@given(st.lists(plain, min_size=1, max_size=5, unique_by=lambda text: " ".join(text.split())))
def test_what_is_written_is_read_back(answers):
    answer_format = AnswerFormat(len(answers))
    assert answer_format.parse(answer_format.format(answers)).answers == tuple(
        answer.strip() for answer in answers
    )
    thought = f"<think>first {answer_format.format(answers[::-1])}</think>"
    assert (
        answer_format.parse(thought + answer_format.format(answers)).texts
        == answer_format.parse(answer_format.format(answers)).texts
    )


@pytest.mark.parametrize(
    "completion",
    [
        "<think>" * 30_000,
        "</think>" * 30_000,
        "<answer_1>" * 30_000,
        "<answer_1></answer_1>" * 10_000,
        "<" * 200_000,
        " " * 200_000 + "<think>",
        ("<think>" + " " * 100) * 2_000,
        "<think></think>" * 15_000 + "<think",
    ],
)
def test_hostile_text_is_read_in_bounded_time(completion):
    started = time.process_time()
    THREE.parse(completion)
    assert time.process_time() - started < 1.0  # milliseconds; quadratic scans take minutes


def test_requests():
    assert THREE.ask("p", "compact") == "p\n<answers_3>"
    asked = THREE.ask("p")
    assert asked.startswith("p\n\nGive 3 candidate answers")
    assert all(f"<answer_{i}>...</answer_{i}>" in asked for i in (1, 2, 3)) and "answer_4" not in asked
    single = ONE.ask("p")
    assert "<answer_1>...</answer_1>" in single and "candidate" not in single
    # The request itself, parroted, is no answer worth having but harms nothing.
    assert THREE.parse(asked).answers == ("...", None, None)


def test_tags_cover_what_is_written_and_asked():
    tags = TWO.tags()
    assert len(set(tags)) == len(tags) == 6
    for text in (TWO.format(["x", "y"]), TWO.ask("p", "compact"), ONE.ask("p", "compact")):
        assert set(re.findall(r"</?answers?_\d>", text)) <= set(tags)


@pytest.mark.parametrize("size", [0, -3])
def test_sizes_below_one_are_refused(size):
    with pytest.raises(ValueError, match=f"num_candidates={size} must be at least 1"):
        AnswerFormat(size)
