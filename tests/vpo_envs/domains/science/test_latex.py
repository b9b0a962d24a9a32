"""LaTeX becomes plain spelling."""

import pytest

from vpo_envs.domains.science.latex import from_latex


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{a}{b}", "((a)/(b))"),
        (r"\dfrac12 x", "((1)/(2)) x"),
        (r"\frac{\frac{a}{b}}{c}", "((((a)/(b)))/(c))"),
        (r"\sqrt{x}", " sqrt(x)"),
        (r"\sqrt[3]{x}", "(x)^(1/3)"),
        (r"e^{-t/\tau}", "e^(-t/tau)"),
        (r"D_{0}", "D_0"),
        (r"D_{\text{0}}", "D_0"),
        (r"2\cdot x\times y", "2* x* y"),
        (r"\mathrm{exp}\left(x\right)", "exp (x )"),
        (r"k\ln x", "k ln x"),
        (r"a \\ b", "a \n b"),
        (r"\mu\text{mol}", "umol"),
        (r"\mu mol", "umol"),
        (r"\boxed{x = 1", "x = 1"),
        (r"\frac{a}{b", "((a)/((b))"),
        (r"x}", "x"),
        (r"\tag{1} x", " x"),
        (r"\varrho + \vartheta", "rho + theta"),
        (r"\log_e x", "log_e x"),
        (r"\log_{e}x", "log_e x"),
        (r"D_{0}x", "D_0 x"),
        (r"4{.}3 {+} x", "4.3 + x"),
        (r"\underbrace{a + b}_{\text{sum}} c", "(a + b) c"),
        (r"\overbrace{a}^{b} c^{2}", "(a) c^(2)"),
        (r"\underbrace{a} b_{0}", "(a) b_0"),
        (r"\textcolor{red}{a} \overset{!}{=} b", "a = b"),
        (r"\hat{q} \sim a", "q ~ a"),
        (r"k{\rm ln}(x)", "k ln (x)"),
        (r"x^{ab} {c}", "x^(ab)  c "),
        (r"a\*b\^2", "a*b^2"),
    ],
)
def test_latex_becomes_plain(latex, text):
    assert from_latex(latex) == text
