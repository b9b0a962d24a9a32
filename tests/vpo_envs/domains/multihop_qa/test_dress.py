"""Dress in HTML, Markdown and LaTeX, and the forms of the prompt."""

import pytest

from vpo_envs.domains.multihop_qa.dress import is_form, undressed


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("", ""),
        ("Rome (3 < 7)", "Rome (3 < 7)"),
        ("<b class='x'>Rome</b> <EM>Rome</EM>", "Rome Rome"),
        ("<p>Support: 3</p><br/>Answer: Rome", "\nSupport: 3\n\nAnswer: Rome"),
        ("<answer>Rome</answer> <body>", "<answer>Rome</answer> <body>"),
        ("Rome【3】【7†source】[^8^]<sup>[9]</sup>", "Rome[3][7][8][9]"),
        ("Rome[^1][^2]\n[^1]: Paragraph 7, 1953\n[^2]: The map of 1953", "Rome[7][2]\n\n"),
        ("Rome[^1]\n[^1]: 5 reasons", "Rome[1]\n"),
        ("[Rome](https://rome.example), [3](#p3), [Rome] (3)", "Rome, [3](#p3), [Rome] (3)"),
        (r"\textbf{Answer:} \textbf{Rome}", r"Answer: \textbf{Rome}"),
        ("\ufeff- [x] Rome\r\n✅ Rome", "- Rome\nRome"),
    ],
)
def test_dress_is_taken_off(text, bare):
    assert undressed(text) == bare


@pytest.mark.parametrize("text", ["", "...", "[…]", "Your answer", "*short answer*"])
def test_forms_are_no_answers(text):
    assert is_form(text)


@pytest.mark.parametrize("text", ["Rome", "the answer", "7"])
def test_answers_are_no_forms(text):
    assert not is_form(text)
