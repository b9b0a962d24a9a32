"""Tables in every dress as Markdown has them."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.tables import markdown_tables

PLAIN = [["a", "b"], ["1, 2", "x y"], ["3", "z"]]
TABLES = {
    "a box": "┌──────┬─────┐\n│ a    │ b   │\n├──────┼─────┤\n│ 1, 2 │ x y │\n│ 3    │ z   │\n└──────┴─────┘",
    "double lines": "╔══════╦═════╗\n║ a    ║ b   ║\n╠══════╬═════╣\n║ 1, 2 ║ x y ║\n║ 3    ║ z   ║\n"
    "╚══════╩═════╝",
    "rules between": "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1, 2 │ x y │\n├───┼───┤\n│ 3 │ z │\n└───┴───┘",
    "signs": "+---+---+\n| a | b |\n+---+---+\n| 1, 2 | x y |\n+---+---+\n| 3 | z |\n+---+---+",
    "double signs": "+---+---+\n| a | b |\n+===+===+\n| 1, 2 | x y |\n| 3 | z |\n+---+---+",
    "a database": " a    | b\n------+-----\n 1, 2 | x y\n 3    | z",
    "Org": "| a | b |\n|---+---|\n| 1, 2 | x y |\n| 3 | z |",
    "commas": 'a,b\n"1, 2",x y\n3,z',
    "commas and quotes": '"a", "b"\n"1, 2", "x y"\n"3", "z"',
    "commas in a fence": '```csv\na,b\n"1, 2",x y\n3,z\n```',
    "tabs": "a\tb\n1, 2\tx y\n3\tz",
    "LaTeX": "\\begin{tabular}{|l|l|}\n\\hline\na & b \\\\\n\\hline\n1, 2 & x y \\\\\n3 & z \\\\\n"
    "\\hline\n\\end{tabular}",
    "LaTeX, an array": "$$\n\\begin{array}{cc}\n\\text{a} & \\text{b} \\\\ \\hline\n1, 2 & x y \\\\\n"
    "3 & z\n\\end{array}\n$$",
    "LaTeX, a float": "\\begin{table}[h]\n\\centering\n\\begin{tabular}{@{}ll@{}}\n\\toprule\n"
    "a & b \\\\ \\midrule\n"
    "1, 2 & x y \\\\[2pt]\n3 & z \\\\ \\bottomrule\n\\end{tabular}\n\\end{table}",
    "HTML": "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1, 2</td><td>x y</td></tr>\n"
    "<tr><td>3</td><td>z</td></tr></table>",
}  # fmt: skip


def cells(text):
    rows = [line.strip().strip("|").split("|") for line in text.split("\n") if " | " in line]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_tables_are_rewritten_in_markdown(table):
    found = markdown_tables(f"So:\n\n{table}\n\nThat is all.", "a|key")
    assert cells(found) == PLAIN
    rows = [line for line in found.split("\n") if "|" in line]
    assert set(rows[1]) == {"|", "-", "+"} or set(rows[1]) == {"|", "-"}, "a rule stands below the heads"
    assert found.startswith("So:\n") and found.endswith("\nThat is all.")


def test_blanks_behind_commas_may_be_prose_unless_all_heads_are_known():
    text = 'a, b\n"1, 2", x y\n3, z'
    assert cells(markdown_tables(text, "a|b")) == PLAIN
    assert markdown_tables(text, "a") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a, b\nand so on",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "x,y\n1,2",  # no known head
        "Well: x, a\nis, b: c",
        "Well, a\nSo, it is b",
        "Key, please\nand, thanks",
        "\\begin{tabular}{l",
        "\\begin{tabular}{l} a & b",
        "1 + 2 - 3 = 0",
        "<tr><td>alone</td></tr>",
    ],
)
def test_other_texts_stay(text):
    assert markdown_tables(text, "a|key") == text


@pytest.mark.parametrize(
    "unit",
    ["a,", 'a,"', "a,b\n", '"', '""', "+-", "+---+\n", "│", "<tr><td>", "<td>", "<tr>", "a & b \\\\",
     "\\begin{array}{l}",
     "\\begin{tabular}{", "$$\n|", "\\hline", "\t", "a\tb\n", "```csv\n"],
)  # fmt: skip
def test_long_texts_take_linear_time(unit):
    assert cpu_seconds(lambda: markdown_tables(unit * (20_000 // len(unit)), "a|key")) < 0.5
