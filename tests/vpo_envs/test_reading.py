"""The reading rules that all domains share: tables of completions, and worst cases of every expression."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.reading import (
    answer_span,
    fenced,
    is_placeholder,
    last_tagged,
    plain,
    plain_characters,
    plain_marks,
    plain_tags,
    read_entities,
    remove_thought,
    tagged,
    unescaped,
)


@pytest.mark.parametrize(
    "completion",
    [
        "<think>draft</think>final",
        "<THINK>draft</THINK>final",
        "<thinking>a</thinking><thinking>b</thinking>final",
        "[THINK]draft[/THINK]final",
        "draft, opened by the chat template</think>final",
        "<think>I use <think> tags</think>final",
        "<think>one</think> no, <think>two</think>final",
        "◁think▷draft◁/think▷final",
        "<|channel|>analysis<|message|>draft<|end|><|start|>assistant<|channel|>final<|message|>final",
        "analysisI draft.assistantfinalfinal",
        "final\n<think>cut off",
        "final<think>checked afterwards</think>",
        "<think>draft</think>final<think>checked</think><think>twice</think>",
    ],
)
def test_thought_is_removed(completion):
    assert remove_thought(completion).strip() == "final"


@pytest.mark.parametrize(
    "completion",
    ["plain", "", "x < think > y", "analysis of the matter", 'print("<think>")', "a <think> in words"],
)
def test_what_is_no_thought_stays(completion):
    assert remove_thought(completion) == completion


@pytest.mark.parametrize("completion", ["<think>cut off <a>x</a>", "  <thinking>\n", "all thought</think>"])
def test_thought_alone_is_no_answer(completion):
    assert remove_thought(completion).strip() == ""
    assert last_tagged(completion, "a") is None


@pytest.mark.parametrize(
    ("completion", "content"),
    [
        ("<a>x</a>", "x"),
        ("<A>x</a >", "x"),
        ("<a>draft</a> and <a>x</a>", "x"),
        ("<a>x</a> in the form <a>...</a>", "x"),
        ("I answer in <a> tags. <a>x</a>", "x"),
        ("<a>no <a>x</a>", "x"),
        ("<a>x</a> as the <a> tag asks", "x"),
        ("<a>x", "x"),
        ("<think><a>y</a></think><a>x</a>", "x"),
        ("<a>x</a></a>", "x"),
        ("x</a>", None),
        ("<a>...</a>", None),
        ("<b>x</b>", None),
        ("", None),
    ],
)
def test_the_last_complete_answer_counts(completion, content):
    assert last_tagged(completion, "a") == content


def test_all_pairs_in_order():
    assert tagged("<a>1</a><b>2</b><A>3</A><a>4", "a") == ["1", "3"]


def test_fences():
    text = "```python\nx\n```\nthen\n~~~\ny\n```\n~~~\nand\n```\nz"
    assert fenced(text) == ["x\n", "y\n```\n", "z"]
    assert fenced("none") == []


@pytest.mark.parametrize(
    "dressed",
    [
        "Rome", "Rome.", "**Rome**", "**Rome.**", "`Rome`", '"Rome"', "“Rome”", "- Rome", "1. Rome", "* Rome",
        "Answer: Rome", "**Answer:** Rome", "**Answer: Rome**", "**Final answer**: Rome",
        "The answer is **Rome**.", "The final answer is: **Rome**.", "So, the answer is Rome",
        r"\boxed{Rome}", r"$\boxed{\text{Rome}}$", "```\nRome\n```", "```text\nRome\n```", "# Rome",
    ],
)  # fmt: skip
def test_dress_is_taken_off(dressed):
    assert plain(dressed) == "Rome"


@pytest.mark.parametrize(
    "text",
    [
        "Answer",
        "the answer",
        "Result oriented",
        "answer me",
        "3.5",
        "-3",
        "a * b",
        "it's",
        "...",
        "",
        "e.g.x",
    ],
)
def test_what_is_no_dress_stays(text):
    assert plain(text) == text


def test_quotes_around_nothing_are_dress():
    assert plain('""') == ""


def test_eight_dresses_are_taken_off_at_most():
    assert plain("`" * 8 + "x" + "`" * 8) == "x"
    assert plain("`" * 9 + "x" + "`" * 9).count("`") == 2


def test_typography_may_stay():
    assert plain("**Selmor’s – “Map”.**", typography=False) == "Selmor’s – “Map”"
    assert plain("**Selmor’s – “Map”.**") == 'Selmor\'s - "Map"'


def test_emoji_at_the_ends_are_no_words():
    assert plain("✅ Rome 🇮🇹 🎉".replace("🇮🇹", "")) == "Rome"
    assert plain("Rome 🎉", typography=False) == "Rome 🎉"
    assert plain("🎉" * 20_000) == ""


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("&lt;a&gt;x&lt;/a&gt;", "<a>x</a>"),
        ("&LT;A&GT;x&LT;/A&GT;", "<A>x</A>"),
        ("&#60;a&#62;x&#x3C;/a&#x3e;", "<a>x</a>"),
        ("\\<a\\>x\\</a\\>", "<a>x</a>"),
        ("&lt;a&gt;x &amp; &quot;y&quot;&lt;/a&gt;", '<a>x & "y"</a>'),
        ("\\<a\\>x &amp; y\\</a\\>", "<a>x &amp; y</a>"),
    ],
)
def test_escaped_tags_are_tags(text, bare):
    assert unescaped(text, "a|b") == bare
    assert last_tagged(text, "a") == bare[3:-4]


@pytest.mark.parametrize(
    "text",
    ["1 &lt; 2", "<a>&lt;a&gt;</a>", "&lt;c&gt;x&lt;/c&gt;", "\\alpha \\< b", "&amp;", "<a>x &quot;</a>"],
)
def test_entities_of_the_answer_itself_stay(text):
    assert unescaped(text, "a|b") == text


def test_common_entities_are_read_once():
    assert (
        read_entities("&lt;&gt;&amp;amp;&quot;&#39;&nbsp;|&#9999999999;&eacute;")
        == "<>&amp;\"' |&#9999999999;&eacute;"
    )


@pytest.mark.parametrize("text", ["...", "…", " [...] ", "", "___"])
def test_placeholders(text):
    assert is_placeholder(text)


@given(st.text(alphabet=st.sampled_from("<>/athink`~.*\n $\\{}boxed[]|final:"), max_size=300))
def test_any_string_is_read(text):
    assert isinstance(remove_thought(text), str)
    last_tagged(text, "a"), fenced(text), plain(text), tagged(text, "a")


@pytest.mark.parametrize(
    ("completion", "span"),
    [
        ("42", (0, 2)),
        ("<think>hm</think>42", (17, 19)),
        ("hm</think>42<think>yes</think>", (10, 12)),
        ("42<think>yes</think>", (0, 2)),
        ("<think>hm</think>", (0, 0)),
        ("hm</think>", (10, 10)),
        ("42\n<think>cut off", (0, 3)),
        ("hm</think><think>cut off", (10, 10)),
    ],
)
def test_the_answer_has_a_place(completion, span):
    assert answer_span(completion) == span


@pytest.mark.parametrize(
    ("text", "plain_text"),
    [
        ("\ufeffa\u200bb\u2060", "ab"),
        ("a\u00a0b\u202fc\u2007d", "a b c d"),
        ("a\r\n\r\nb\rc", "a\n\nb\rc"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_characters_become_those_of_a_keyboard(text, plain_text):
    assert plain_characters(text) == plain_text


@pytest.mark.parametrize(
    ("text", "plain_text"),
    [
        ('<a id="1">x</a>', "<a>x</a>"),
        ("<A kind='x y' n=2 >x</A>", "<A>x</A>"),
        ('<b id="1"><a b:c="d">x</a></b>', '<b id="1"><a>x</a></b>'),
        ("<a up left>", "<a up left>"),
        ("<a x=>", "<a x=>"),
        ("&lt;a&gt;x&lt;/a&gt;", "<a>x</a>"),
        ("<ab c=1>", "<ab c=1>"),
    ],
)
def test_attributes_of_tags_are_left_out(text, plain_text):
    assert plain_tags(text, "a") == plain_text


@pytest.mark.parametrize(
    ("text", "marked", "pictured"),
    [
        ("- [x] a\n- [ ] b", "- a\n- [ ] b", "- a\n- [ ] b"),
        ("1\ufe0f\u20e3 a\n2\u20e3b", "a\nb", "a\nb"),
        ("1\ufe0f\u20e31\ufe0f\u20e3 a\n\U0001f51f b", "a\nb", "a\nb"),
        ("❌ a: b", "❌ a: b", "❌ a: b"),
        ("✅ a: b ✅", "✅ a: b ✅", "a: b ✅"),
        ("- 🏙️ a", "- 🏙️ a", "- a"),
        ("a [x]", "a [x]", "a [x]"),
    ],
)
def test_marks_of_lines_are_left_out(text, marked, pictured):
    assert (plain_marks(text, pictures=False), plain_marks(text)) == (marked, pictured)


def test_the_last_tag_counts_with_attributes_or_without():
    assert last_tagged('<a>x</a> <a kind="final">y</a>', "a") == "y"


def test_a_keycap_before_a_comma_or_alone_in_its_line_is_a_value():
    one, two = "1\ufe0f\u20e3", "2\ufe0f\u20e3"
    assert plain_marks(f"{one} up\n{two} down") == "up\ndown"
    for text in (f"{one}, {two}", f"- {one}\n- {two}", f"{one} and {two}", f"{one} {two}"):
        assert plain_marks(text) == text
