"""Texts: coding, words, patterns."""

from __future__ import annotations

from itertools import combinations

from vpo_envs.domains.code.family import Family
from vpo_envs.domains.code.inputs import letters, words

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
TEXTS = (("",), ("a",), ("aaaaaaaaaaaaaaaa",), ("abcabcabc",))

STRINGS = (
    Family(
        name="compress",
        signature="text: str",
        returns="str",
        task="Replace every run of at least $least equal letters by the letter, the mark '$mark' and the "
        "length of the run; runs longer than $most are first cut into pieces of $most letters, the "
        "last one shorter. Return the text.",
        parameters={"least": range(2, 5), "most": range(5, 16), "mark": tuple("*+#=~^%&@!?:;<>|/-_.")},
        arguments=(letters("abcd", repeats=0.7),),
        edges=TEXTS,
        references=(
            """\
def compress(text):
    parts = []
    i, end = 0, len(text)
    while i < end:
        letter = text[i]
        start = i
        while i < end and text[i] == letter and i - start < $most:
            i += 1
        if i - start >= $least:
            parts.append(letter + "$mark" + str(i - start))
        else:
            parts.append(letter * (i - start))
    return "".join(parts)
""",
            """\
import re

def compress(text):
    def shorten(run):
        length = len(run[0])
        return run[1] + "$mark" + str(length) if length >= $least else run[0]

    return re.sub(r"(.)\\1{0,%d}" % ($most - 1), shorten, text)
""",
            """\
from itertools import groupby

LEAST = $least
MOST = $most
MARK = "$mark"

def write_run(letter, length):
    return letter + MARK + str(length) if length >= LEAST else letter * length

def compress(text):
    parts = []
    for letter, run in groupby(text):
        pieces, rest = divmod(len(list(run)), MOST)
        parts.append(write_run(letter, MOST) * pieces + write_run(letter, rest))
    return "".join(parts)
""",
        ),
        slips=(("i - start >= $least", "i - start > $least"), ("($most - 1)", "$most"), ("* pieces +", "+")),
    ),
    Family(
        name="encipher",
        signature="text: str",
        returns="str",
        task="Shift the letter at position i (from 0) by $shift + $step * i places in the alphabet a-z, "
        "going round from z to a, except the letters $kept, which stay. Return the text.",
        parameters={
            "shift": range(1, 26),
            "step": range(1, 26),
            "kept": tuple(map("".join, combinations(ALPHABET[:12], 2))),
        },
        arguments=(letters(ALPHABET),),
        edges=TEXTS,
        references=(
            """\
def encipher(text):
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    place = {letter: i for i, letter in enumerate(alphabet)}
    result = list(text)
    move = $shift
    for i, letter in enumerate(text):
        if letter not in "$kept":
            result[i] = alphabet[(place[letter] + move) % 26]
        move += $step
    return "".join(result)
""",
            """\
def encipher(text):
    result = ""
    for i, letter in enumerate(text):
        if letter not in "$kept":
            place = ord(letter) - ord("a") + $shift + $step * i
            letter = chr(place % 26 + ord("a"))
        result += letter
    return result
""",
            """\
from string import ascii_lowercase

SHIFT = $shift
STEP = $step
KEPT = "$kept"

def move(letter, places):
    place = ascii_lowercase.index(letter) + places
    return ascii_lowercase[place % len(ascii_lowercase)]

def encipher(text):
    return "".join(
        letter if letter in KEPT else move(letter, SHIFT + STEP * i)
        for i, letter in enumerate(text)
    )
""",
        ),
        slips=(("move = $shift", "move = 0"), ("if letter not in", "if letter in"), ("* i)", ")")),
    ),
    Family(
        name="best_word",
        signature="text: str",
        returns="str",
        task="A letter is worth its place in the alphabet (a is 1) times $factor, modulo $modulus. A word "
        "is worth its letters together plus $bonus for each letter. Words are separated by spaces. "
        "Return the word of the largest worth, the first of them if several have it; an empty text "
        "for no words.",
        parameters={"factor": range(2, 40), "modulus": range(27, 99), "bonus": range(1, 20)},
        arguments=(words("abcdefghij"),),
        edges=(("",), ("a",), ("ab ba ab",), ("j i h g f e d c b a",)),
        references=(
            """\
def best_word(text):
    worth = {}
    for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1):
        worth[letter] = place * $factor % $modulus + $bonus
    best, top = "", 0
    for word in dict.fromkeys(text.split()):
        total = 0
        for letter in word:
            total += worth[letter]
        if total > top:
            best, top = word, total
    return best
""",
            """\
def best_word(text):
    def worth(word):
        return sum((ord(letter) - 96) * $factor % $modulus + $bonus for letter in word)

    return max(text.split(), key=worth, default="")
""",
            """\
FACTOR = $factor
MODULUS = $modulus
BONUS = $bonus

def letter_worth(letter):
    place = ord(letter) - ord("a") + 1
    return place * FACTOR % MODULUS + BONUS

def word_worth(word):
    return sum(map(letter_worth, word))

def best_word(text):
    return max(text.split(), key=word_worth, default="")
""",
        ),
        slips=(("if total > top", "if total >= top"), ('default="")', "default=None)")),
        growing=(20, 40, 80, 160),
    ),
    Family(
        name="longest_mirror",
        signature="text: str",
        returns="int",
        task="First delete the letters $dropped from the text. Return the length of the longest stretch "
        "that reads the same backwards, times $factor, or 0 if that stretch is shorter than $least.",
        parameters={
            "dropped": tuple(map("".join, combinations(ALPHABET[:14], 2))),
            "factor": range(1, 70),
            "least": (2, 3, 4),
        },
        arguments=(letters("abcdefghijklmn", repeats=0.5),),
        edges=(*TEXTS, ("abcdcba",), ("nmllmn",)),
        references=(
            """\
def longest_mirror(text):
    text = text.replace("$dropped"[0], "").replace("$dropped"[1], "")
    longest = 0
    for end in range(len(text)):
        for length in (longest + 2, longest + 1):
            start = end - length + 1
            if start >= 0:
                piece = text[start:end + 1]
                if piece == piece[::-1]:
                    longest = length
                    break
    return longest * $factor if longest >= $least else 0
""",
            """\
def longest_mirror(text):
    text = "".join(letter for letter in text if letter not in "$dropped")
    longest = 0
    for center in range(2 * len(text)):
        start, end = center // 2, (center + 1) // 2
        while start >= 0 and end < len(text) and text[start] == text[end]:
            start, end = start - 1, end + 1
        longest = max(longest, end - start - 1)
    return longest * $factor if longest >= $least else 0
""",
            """\
DROPPED = "$dropped"
FACTOR = $factor
LEAST = $least

def is_mirror(piece):
    return piece == piece[::-1]

def longest_mirror(text):
    letters = "".join(letter for letter in text if letter not in DROPPED)
    for length in range(len(letters), LEAST - 1, -1):
        starts = range(len(letters) - length + 1)
        if any(is_mirror(letters[i:i + length]) for i in starts):
            return length * FACTOR
    return 0
""",
        ),
        slips=(
            ("longest >= $least", "longest > 1000"),
            ("LEAST - 1, -1", "LEAST, -2"),
            ("end - start - 1)", "end - start)"),
        ),
        growing=(20, 40, 80, 160),
    ),
    Family(
        name="balance",
        signature="text: str",
        returns="int",
        task="An opening bracket '(' adds $up to the height and a closing one ')' takes $down off it; any "
        "other letter adds 1 if it is one of $lifts. The height starts at $start and never falls "
        "below 0. Return the sum of the heights after each letter.",
        parameters={
            "up": range(2, 9),
            "down": range(2, 9),
            "start": range(60),
            "lifts": tuple(map("".join, combinations("abcdefgh", 2))),
        },
        arguments=(letters("()abcdefgh"),),
        edges=(("",), ("(",), ("))))((((",), ("abcdefgh",)),
        references=(
            """\
def balance(text):
    height, total = $start, 0
    change = dict.fromkeys("$lifts", 1)
    change["("], change[")"] = $up, -$down
    for letter in text:
        if letter in change:
            height += change[letter]
            if height < 0:
                height = 0
        total += height
    return total
""",
            """\
def balance(text):
    height, total = $start, 0
    for letter in text:
        height += $up * (letter == "(") + (letter in "$lifts")
        height = max(height - $down * (letter == ")"), 0)
        total += height
    return total
""",
            """\
from itertools import accumulate

START = $start
CHANGES = dict.fromkeys("$lifts", 1) | {"(": $up, ")": -$down}

def climb(height, letter):
    return max(height + CHANGES.get(letter, 0), 0)

def balance(text):
    heights = accumulate(text, climb, initial=START)
    return sum(heights) - START
""",
        ),
        slips=(
            ("= $up, -$down", "= $up, -$down - 1"),
            (" - START", ""),
            ('(letter in "$lifts")', '(letter in "(")'),
        ),
    ),
)
