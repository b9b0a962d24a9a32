"""Rules for reading completions of language models, shared by all domains.

An instruction-tuned model thinks aloud, drafts, quotes the prompt and dresses its answer in Markdown or
LaTeX. The rules: thought is removed first; then the last complete answer counts; then its dress is taken
off. Every function takes any string, never raises on it and runs in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

# The forms of thought that models and servers write. A closing mark ends all thought before it.
OPENERS = (
    r"<(?:think|thinking|thought|reasoning|reflection|seed:think)>"
    r"|\[think(?:ing)?\]|◁think▷|<\|start_thinking\|>|<\|begin_of_thought\|>"
    r"|<\|channel\|>(?:analysis|commentary)|<\|channel>thought"
)
CLOSERS = (
    r"</(?:think|thinking|thought|reasoning|reflection|seed:think)>"
    r"|\[/think(?:ing)?\]|◁/think▷|<\|end_thinking\|>|<\|end_of_thought\|>"
    r"|<\|channel\|>final(?:<\|constrain\|>\w{1,20})?<\|message\|>|<channel\|>"
)
OPENER = re.compile(OPENERS, re.IGNORECASE)
CLOSER = re.compile(CLOSERS, re.IGNORECASE)
OPEN_LINE = re.compile(rf"^[ \t]*(?:{OPENERS})", re.IGNORECASE | re.MULTILINE)
# The same channels after a tokenizer has dropped its special tokens.
BARE_CHANNELS = re.compile(r"\s*analysis(?=[A-Z\s])")
BARE_FINAL = "assistantfinal"

FENCE = re.compile(r"^[ \t]*(```+|~~~+)([^\n`]*)$", re.MULTILINE)
QUOTES = str.maketrans("“”„‟«»‘’‚‛′＂＇", '""""""\'\'\'\'\'"\'')
DASHES = str.maketrans("‐‑‒–—―−", "-------")
# A tag whose brackets are escaped for HTML or Markdown, as by a server, a page or a careful model.
ESCAPED_TAG = re.compile(
    r"(?:<|\\<|&(?:lt|#60|#x3c);)(/?) ?([a-z](?:[a-z0-9-]|\\?_){0,30}) ?(?:\\?>|&(?:gt|#62|#x3e);)",
    re.IGNORECASE,
)
ATTRIBUTES = r"""(?:\s{1,3}[\w:-]{1,30}=(?:"[^"<>]{0,300}"|'[^'<>]{0,300}'|[\w.-]{1,40})){1,5}"""
VALUE_NAMES = r"value|text|content|answer"
COUNTERS = r"n|no|index|step|order|seq|type|lang|confidence|kind|format"
"""Attributes that are the content of an empty element, and attributes that are none of it."""

ATTRIBUTE = re.compile(r"""([\w:-]{1,30})=(?:"([^"<>]{0,300})"|'([^'<>]{0,300})'|([\w.-]{1,40}))""")
INVISIBLE = "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff"
UNUSUAL = str.maketrans({**dict.fromkeys("\u00a0\u2007\u202f", " "), **dict.fromkeys(INVISIBLE, None)})
ENTITIES = {"quot": '"', "apos": "'", "#39": "'", "#x27": "'", "#34": '"', "lt": "<", "gt": ">", "nbsp": " "}
ENTITY = re.compile(rf"&({'|'.join(ENTITIES)}|amp);", re.IGNORECASE)
# Emoji and dingbats, which are no words, with their joiners and variants.
PICTURES = frozenset(map(chr, [0x20, 0xFE0F, 0x200D, *range(0x2600, 0x27C0), *range(0x1F300, 0x1FB00)]))
BULLETS = r"^([ \t]{0,8}(?:(?:[-*+•>#]|\d{1,2}[.)])[ \t]{1,3}){0,2})"
KEYCAP = r"[0-9]\ufe0f?\u20e3"
TICK = re.compile(
    rf"{BULLETS}(?:\[[xX✓✔]\]|(?:(?:{KEYCAP}){{1,3}}|\U0001f51f)"
    # Before a comma or alone in its line a keycap is a value.
    rf"(?![ \t]{{0,3}}(?:$|[,;&]|and\b|{KEYCAP})))[ \t]{{0,3}}",
    re.MULTILINE,
)
CROSSES = "❌✖✗✘⛔\U0001f6ab"
PICTURE = re.compile(
    rf"{BULLETS}(?:(?![{CROSSES}])[\u2600-\u27bf\U0001f300-\U0001faff][\ufe0f\u200d]?[ \t]{{0,3}}){{1,3}}",
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"[\s.…_*\[\](){}<>-]*")
LABEL = re.compile(
    r"[*_ ]{0,3}(?:(?:so|thus|therefore|hence|sure|okay|ok|certainly|finally)[,!.: ]{1,3})?"
    r"(?:the |my |your )?(?:final |correct |best )?(?:answer|result|solution|output|response)"
    r"(?:[*_ ]{0,3}[:=]|[*_ ]{1,3}(?:is|would be)\b[*_ ]{0,3}[:=]?)[*_]{0,2}\s{0,3}(?=\S)",
    re.IGNORECASE,
)


def remove_thought(text: str) -> str:
    """Returns a completion without the reasoning that precedes its answer.

    Everything up to the last closing mark is thought, also where the chat template has opened it in the
    prompt. Thought that begins a line and never ends is dropped to the end of the text. Where nothing
    follows the last closing mark, the answer is what stands before that thought.

    Args:
        text: A completion.

    Example:
        >>> remove_thought("<think>up, or <path>DOWN</path>?</think> <path>UP</path>")
        ' <path>UP</path>'
        >>> remove_thought("opened by the template</think>42"), remove_thought("<think>cut off")
        ('42', '')
    """
    start, end = answer_span(text)
    return text[start:end]


def answer_span(text: str) -> tuple[int, int]:
    """Returns where the answer of a completion begins and ends, by the rules of `remove_thought`.

    A beginning above 0 says that thought stands before the answer.

    Example:
        >>> answer_span("<think>hm</think>42<think>yes</think>")
        (17, 19)
    """
    closers = [mark.end() for mark in CLOSER.finditer(text)]
    if not closers and BARE_CHANNELS.match(text):
        place = text.rfind(BARE_FINAL)
        closers = [place + len(BARE_FINAL)] if place >= 0 else []
    start, end = closers.pop() if closers else 0, len(text)
    while start and not text[start:end].strip():  # a thought after the answer: look before it
        before = closers.pop() if closers else 0
        opened = OPENER.search(text, before, start)
        if not opened:
            return start, start
        start, end = before, opened.start()
    cut = OPEN_LINE.search(text[start:end])
    return start, start + cut.start() if cut else end


def plain_characters(text: str) -> str:
    r"""Returns a text with blanks and line ends as a keyboard has them, and without invisible characters.

    Example:
        >>> plain_characters("\ufeffRoad\u00a0A:\r\nx\u200by")
        'Road A:\nxy'
    """
    return text.translate(UNUSUAL).replace("\r\n", "\n")


def plain_marks(text: str, pictures: bool = True) -> str:
    r"""Returns a text without ticked boxes, keycaps and emoji at the beginnings of lines.

    Args:
        text: Any string.
        pictures: Whether emoji but crosses are marks, too; where an arrow is a step they are not.

    Example:
        >>> plain_marks("- [x] up\n1\ufe0f\u20e3 down\n- [ ] left\n✅ right")
        '- up\ndown\n- [ ] left\nright'
    """
    text = TICK.sub(r"\1", text)
    return PICTURE.sub(r"\1", text) if pictures else text


def plain_tags(text: str, tags: str) -> str:
    r"""Returns a text with its tags in plain brackets and without attributes.

    The value in an attribute of an element that is empty otherwise is its content.

    Args:
        text: Any string.
        tags: Regular expression of the names of the tags that an answer may have.

    Example:
        >>> plain_tags('<a kind="x" n=1>1 &lt; 2</a>', "a"), plain_tags("&lt;a&gt;x&lt;/a&gt;", "a")
        ('<a>1 &lt; 2</a>', '<a>x</a>')
        >>> plain_tags('<a value="x"/> <a n="1" id="y"></a>', "a")
        '<a>x</a> <a>y</a>'
    """
    text = unescaped(text, tags)
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    if "=" not in text:
        return text
    empty = re.compile(rf"<({tags})({ATTRIBUTES})(?: ?/ ?>| ?></\1 ?>)", re.IGNORECASE)
    with_attributes = re.compile(rf"<({tags}){ATTRIBUTES} ?>", re.IGNORECASE)
    return with_attributes.sub(r"<\1>", empty.sub(_filled, text))


def attributes_of(text: str) -> dict[str, str]:
    """Returns the attributes that stand in a text, by name in lower case.

    Example:
        >>> attributes_of(' Name="x y" n=3')
        {'name': 'x y', 'n': '3'}
    """
    found = ATTRIBUTE.findall(text)
    return {name.lower(): read_entities(double or single or bare) for name, double, single, bare in found}


def _filled(element: re.Match[str]) -> str:
    """Returns an empty element with its only attribute, or the one named for it, as its content."""
    attributes = attributes_of(element[2])
    named = [value for name, value in attributes.items() if re.fullmatch(VALUE_NAMES, name)]
    others = [value for name, value in attributes.items() if not re.fullmatch(COUNTERS, name)]
    values = named or others or [*attributes.values()]
    return f"<{element[1]}>{values[0]}</{element[1]}>" if len(values) == 1 else element[0]


def unescaped(text: str, tags: str) -> str:
    r"""Returns a text with its tags in plain brackets where they are all escaped for HTML or for Markdown.

    What stands between tags that are escaped for HTML is so, too: its entities are read. A text with one
    of the tags in plain brackets stays as it is, for then an entity is the answer's own.

    Args:
        text: Any string.
        tags: Regular expression of the names of the tags that an answer may have.

    Example:
        >>> unescaped("&lt;a&gt;x &amp;amp; y&lt;/a&gt;", "a"), unescaped(r"\<b\_c\>x\</b\_c\>", "b_c")
        ('<a>x &amp; y</a>', '<b_c>x</b_c>')
        >>> unescaped("1 &lt; 2", "a"), unescaped("<a>&lt;a&gt;</a>", "a")
        ('1 &lt; 2', '<a>&lt;a&gt;</a>')
    """
    if "&" not in text and "\\" not in text:
        return text
    literal = re.compile(rf"< ?/? ?(?:{tags}) ?>", re.IGNORECASE)
    bare = ESCAPED_TAG.sub(lambda tag: f"<{tag[1]}{tag[2].replace(chr(92), '')}>", text)
    if literal.search(text) or not literal.search(bare):
        return text
    html = any(mark[0].startswith("&") for mark in ESCAPED_TAG.finditer(text))
    return read_entities(bare) if html else bare


def read_entities(text: str) -> str:
    """Returns a text with the characters that its HTML entities stand for, the common ones, once.

    Example:
        >>> read_entities("a &lt; b &amp;&amp; c &amp;lt; &eacute;")
        'a < b && c &lt; &eacute;'
    """
    return ENTITY.sub(lambda entity: ENTITIES.get(entity[1].lower(), "&"), text)


def is_placeholder(text: str) -> bool:
    """Returns True for an empty form as prompts show it, such as `...`, which is no answer.

    Example:
        >>> is_placeholder(" ... "), is_placeholder("[…]"), is_placeholder("a1")
        (True, True, False)
    """
    return PLACEHOLDER.fullmatch(text) is not None


def tagged(text: str, tag: str) -> list[str]:
    """Returns the contents of all complete `<tag>...</tag>` pairs, in order, thought not removed.

    Tags may be in any case and hold blanks inside their brackets. Of nested openers the innermost counts.

    Args:
        text: Any string.
        tag: Name of the tag.

    Example:
        >>> tagged("<A>x</a> <a> <a >y</ a>", "a")
        ['x', 'y']
    """
    return _pairs(text, tag)[0]


def last_tagged(text: str, tag: str, ignore: Callable[[str], bool] = is_placeholder) -> str | None:
    """Returns the content of the last complete `<tag>...</tag>` after all thought, tags escaped or not.

    Where no pair is complete, a tag left open, as by a completion that was cut off, is read to the end.

    Args:
        text: A completion.
        tag: Name of the tag, in any case in the text.
        ignore: Says which contents are no answers; by default forms echoed from the prompt.

    Returns:
        The content, or None where there is no such tag.

    Example:
        >>> last_tagged("Use <a> tags: <a>...</a>. <a>draft</a> no: <A>final</A> as <a>...</a>", "a")
        'final'
        >>> last_tagged("<a>cut o", "a")
        'cut o'
    """
    pairs, rest = _pairs(plain_tags(remove_thought(text), re.escape(tag)), tag)
    for content in reversed(pairs):
        if not ignore(content):
            return content
    return rest if rest is not None and not ignore(rest) else None


REVISION = re.compile(
    r"\b(?:wait|actually|correction|oops|sorry|hold on|hang on|on second thoughts?|made an? (?:mistake|error)"
    r"|my mistake|(?:is|was|'s) (?:wrong|incorrect|not right|not correct|mistaken)|should (?:rather )?be)\b",
    re.IGNORECASE,
)
"""Words with which an answer is taken back."""


def revised_tail(text: str, tag: re.Pattern[str]) -> str:
    """Returns what stands below the last tag if it takes back an answer above; else an empty text.

    Args:
        text: A completion without thought.
        tag: Pattern of the tags.

    Example:
        >>> revised_tail("<a>Oule</a> Wait, that is wrong: A is Rome.", re.compile("</?a>"))
        ' Wait, that is wrong: A is Rome.'
        >>> revised_tail("<a>Oule</a> A is the capital.", re.compile("</?a>"))
        ''
    """
    end = max((mark.end() for mark in tag.finditer(text)), default=-1)
    return text[end:] if end >= 0 and REVISION.search(text, end) else ""


def fenced(text: str) -> list[str]:
    r"""Returns the contents of Markdown code fences, in order; the last may lack its end.

    Args:
        text: Any string.

    Example:
        >>> fenced("Here:\n```python\nx = 1\n```\nDone.")
        ['x = 1\n']
    """
    blocks: list[str] = []
    start, mark = -1, ""
    for fence in FENCE.finditer(text):
        if start < 0:
            start, mark = fence.end() + 1, fence[1]
        elif fence[1].startswith(mark) and not fence[2].strip():
            blocks.append(text[start : fence.start()])
            start = -1
    if start >= 0:
        blocks.append(text[start:])
    return blocks


def final_or_last(values: Mapping[str, T]) -> T | None:
    """Returns which of several answers in a JSON object counts: the last one named final, else the last.

    Example:
        >>> final_or_last({"final_answer": "Oslo", "answer": "Rome"}), final_or_last({"draft": 1, "law": 2})
        ('Oslo', 2)
    """
    final = [value for key, value in values.items() if key.lower().startswith("final")]
    counted = final or [*values.values()]
    return counted[-1] if counted else None


def plain(text: str, typography: bool = True) -> str:
    r"""Returns a short answer without the dress that models put on it.

    Removed are, from outside in and repeatedly: blanks, code fences, `\boxed{}`, `$`, Markdown emphasis,
    quotes, list marks, `Answer:` and a final full stop.

    Args:
        text: A short answer, not an essay.
        typography: Turn typographic quotes and dashes into ASCII ones first, and drop emoji at the ends.

    Example:
        >>> plain(" **Answer:** `Old Selmor`. "), plain(r"$\boxed{42}$"), plain("- “Rome”")
        ('Old Selmor', '42', 'Rome')
    """
    if typography:
        text = _without_pictures(text.translate(QUOTES).translate(DASHES))
    text = text.strip()
    for _ in range(8):  # dresses are rarely worn more than three at a time; a bound keeps time linear
        before = text
        blocks = fenced(text) if text.startswith(("```", "~~~")) else []
        text = (blocks[0] if blocks else text).strip()
        text = re.sub(r"\\(?:boxed|text|textbf|mathrm|mathbf|emph)\s?\{([^{}]*)\}", r"\1", text)
        text = re.sub(r"^(?:[-*+•●▪‣>#]|\d{1,2}[.)])\s+", "", text)
        label = LABEL.match(text)
        if label:
            text = text[label.end() :]
        for left, right in (("**", "**"), ("__", "__"), ("$$", "$$"), (r"\(", r"\)"), (r"\[", r"\]")):
            if len(text) >= len(left + right) and text.startswith(left) and text.endswith(right):
                text = text[len(left) : -len(right)].strip()
        if text.count("**") % 2:  # the other half went with a label
            text = text.removesuffix("**").removeprefix("**").strip()
        if len(text) >= 2 and text[0] == text[-1] and text[0] in "*`$\"'":
            text = text[1:-1].strip()
        if len(text) > 1 and text.endswith(".") and not text.endswith(".."):
            text = text[:-1].rstrip()
        if text == before:
            break
    return text


def _without_pictures(text: str) -> str:
    """Returns the text without the emoji at its ends."""
    start, end = 0, len(text)
    while start < end and text[end - 1] in PICTURES:
        end -= 1
    while start < end and text[start] in PICTURES:
        start += 1
    return text[start:end]


def _pairs(text: str, tag: str) -> tuple[list[str], str | None]:
    """Returns the contents of all complete pairs, and what follows an opener that is open at the end."""
    marks = re.compile(rf"<(/?) ?{re.escape(tag)} ?>", re.IGNORECASE)
    pairs: list[str] = []
    start = -1
    for mark in marks.finditer(text):
        if not mark[1]:
            start = mark.end()
        elif start >= 0:
            pairs.append(text[start : mark.start()])
            start = -1
    return pairs, text[start:] if start >= 0 else None
