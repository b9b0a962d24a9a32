"""Spellings: signs, marks and special tokens are brought to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.science.spelling import plain, unmarked, without_special_tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2·x − K×y", "2*x - K*y"),
        ("x⁻¹⁰ + σ·√(η)", "x^(-10) + sigma*sqrt(eta)"),
        ("ϵ + ϱ + varepsilon ≔ ㏑ x✅", "eps + rho + eps := ln x "),
        ("x<sub>0</sub><sup>1/2</sup> <law> <x = 2>", "x_0^(1/2) <law> x = 2"),
        ("x₀ ÷ y ➕ 1 ➖ 2", "x0 / y + 1 - 2"),
        ("x⁺²", "x^(+2)"),
        ("5 µm, 3 Ω, “π”", '5 um, 3 ohm, "pi"'),
        ("x\u200b\u00a0=\t1", "x = 1"),
        ("x ≃ 1 ≡ 1", "x ≈ 1 = 1"),
        ("• x = 1\n  · y = 2", "- x = 1\n- y = 2"),
        ("x &lt; 2 &amp; y &#215; 3 &bogus;", "x < 2 & y * 3 &bogus;"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("<b>v</b> = <i>x</i><em>y</em>", "v = xy"),
        ("v = <2*x> <value> <3.5>", "v = 2*x <value> 3.5"),
        ("**v** = *x*", "v = x"),
        ("2 *x* y", "2 *x y"),
        ("2*x*y", "2*x*y"),
        ("***K*** (*c_1*)", "K (*c_1*)"),
        ("epsilon + varepsilon*x + epsilons", "eps + eps*x + epsilons"),
        (r"$\frac{1}{2}$" + "\n2*x_0", " ((1)/(2)) \n2*x_0"),
        (r"x^{2} and \alpha", "x^(2) and alpha"),
        ("Law：v ＝ （x，y）；1‑2", "Law:v = (x,y);1-2"),
        ("v &= x\nv =& x & y", "v  = x\nv =  x & y"),
        ("v = x[^1] + [^a] [^]", "v = x +  [^]"),
        ("<tr><td>a</td> <TD>b</td></tr>", "\n\na: b\n\n"),
    ],
)
def test_typographic_signs_are_replaced(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize("text", ["х ٣ 𝑥 ＋", "x == y", "x_0*y^2 - (1/3)", "<law>", "х = 2"])
def test_look_alikes_and_plain_texts_stay(text):
    assert plain(text) == text


@given(st.text("xyK+-*/^()=. 0123456789\n", max_size=80))
def test_what_a_keyboard_has_is_changed_by_emphasis_alone(text):
    assert plain(text).replace("*", "").replace(" ", "") == text.replace("*", "").replace(" ", "")


@given(st.text(max_size=80))
def test_replacement_is_complete(text):
    assert not set("·×−÷µπ²₁") & set(plain(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v = 2*x<|im_end|>", "v = 2*x\n"),
        ("v = 2*x</s><s>", "v = 2*x\n\n"),
        ("<｜end▁of▁sentence｜>", "\n"),
        ("x<EOS>y<start_of_turn>z", "x\ny\nz"),
        ("[INST] v = x [/INST]", "\n v = x \n"),
        ("a <| b |> c", "a <| b |> c"),
        ("x < 1 | y > 2", "x < 1 | y > 2"),
        ("<law>", "<law>"),
    ],
)
def test_special_tokens_end_a_line(text, expected):
    assert without_special_tokens(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- **v = 2*x**.", "v = 2*x"),
        ("> `v = 2*x`", "v = 2*x"),
        ("### 'v = x';", "v = x"),
        ('| "v = x" |', "v = x"),
        ("$v = x$!", "v = x"),
        ("1. v = x", "1. v = x"),
        ("v = x)", "v = x)"),
        ("-- * --", ""),
        ("", ""),
    ],
)
def test_marks_around_a_line_are_dropped(line, expected):
    assert unmarked(line) == expected
