"""Labels of agents stay labels, wherever they are shown."""

import io

import pytest
from rich.console import Console

from baselines.report import write_report
from baselines.report.data import Results
from baselines.report.escaping import code_span, markdown, plot_text
from baselines.report.tables import all_tables, measures_table

LABELS = {
    "html": "<script>alert(5)</script>",
    "image": "![x](http://elsewhere/pixel.png)",
    "link": "[click](javascript:alert)",
    "escape bytes": "\x1b[31mred\x1b]0;title\x07",
    "reversed": "safe\u202egnp.exe",
    "lines": "a\n\n# heading\n| b |",
    "entity": "&lt;b&gt;",
    "code": "`rm -rf`",
    "formula": "$\\frac{1",
    "one dollar": "a$b",
    "hidden": "_hidden",
    "markup": "[bold]loud[/bold] [/nothing]",
    "backslash": "a\\",
}
RAW = ("<script", "](", "\x1b", "\x07", "\u202e", " `rm")


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS.keys())
def test_a_label_is_nothing_but_a_label(synthetic, tmp_path, label):
    content = synthetic({"WarmStart": 0.4, label: 1.0}, seeds=(0,), tasks=2, pool=3, examples=1, steps=2)
    write_report(content, tmp_path)
    page = (tmp_path / "report.md").read_text()
    images = [line for line in page.splitlines() if line.startswith("![")]
    text = "\n".join(line for line in page.splitlines() if line not in images)
    assert not any(raw in text for raw in RAW)
    table = measures_table(Results(content).comparisons[0]).markdown().splitlines()
    assert len({line.count("|") - line.count("\\|") for line in table[2:]}) == 1
    assert not any(raw in (tmp_path / "tables.tex").read_text() for raw in ("\x1b", "\x07", "\u202e"))
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=200)
    for table in all_tables(Results(content)):
        console.print(table.rich())
    assert "\x1b[31mred" not in shown.getvalue() and "\x1b]0" not in shown.getvalue()
    assert "\u202e" not in shown.getvalue()


def test_texts_without_a_meaning_in_markdown_are_unchanged():
    for text in ("PoolVPO k=8", "p < .05", "+0.1 [0.0, 0.2] *", "E_w[best]", "a & b", "1 < 2 > 0"):
        assert markdown(text) == text
    assert plot_text("PoolVPO_8 \\ x") == "PoolVPO_8 \\ x"
    assert code_span("vpo bench --out 'a b'") == "`vpo bench --out 'a b'`"
    assert code_span("``") == "``` `` ```"
