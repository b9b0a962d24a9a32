r"""Tables in other dress than Markdown's, rewritten in Markdown, which all readers of tables understand.

Known are boxes drawn with lines (`│ a │ b │`) or with signs of a keyboard (`+---+---+`), comma- and
tab-separated values below a line of heads, LaTeX (`a & b \\`) and HTML. Takes any string, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

BARS = str.maketrans(dict.fromkeys("│┃║┆┇┊┋╎╏", "|"))
JOINTS = "┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛╓╥╖╟╫╢╙╨╜╭╮╰╯┝┿┥┠╂┨┡╇┩┢╈┪+"
RULE = re.compile(rf"(?=[^\n]*[{JOINTS}])(?=[^\n]*[─━═┄┅┈┉╌╍=-])[\s|{JOINTS}─━═┄┅┈┉╌╍=-]{{3,}}")
"""A line between the rows of a box."""

FENCE_LABEL = re.compile(
    r"^([ \t]{0,8}(?:```+|~~~+))[ \t]?(?:csv|tsv|latex|tex)[ \t]{0,8}$", re.IGNORECASE | re.MULTILINE
)
CSV_CELL = re.compile(r'[ \t]{0,9}(?:"((?:[^"\n]|""){0,2000})"|([^,\n]*))[ \t]{0,9}(?:,|$)')
LONGEST_HEAD = 40
MOST_CELLS = 20
"""Cells of a row; the rest of a longer line is no cell, or belongs to the last."""


TABULAR = re.compile(
    r"\\begin\{(tabular[xy*]?|array|longtable|tabulary)\}(?:\[[a-z]\])?(?:\{[^{}\n]{0,40}\}(?=\{))?"
    r"\{(?:[^{}\n]|\{[^{}\n]{0,40}\}){0,80}\}"
)
HLINE = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|endhead|cline\{[^{}\n]{0,9}\}|cmidrule\S{0,20})")
ROW_END = re.compile(r"\\\\(?:\[[^\[\]\n]{0,9}\])?|\\tabularnewline")
CELL_END = re.compile(r"(?<!\\)&")
STYLED = re.compile(r"\\(?:text|textbf|textit|textrm|texttt|mathrm|mathbf|emph)\s?\{([^{}\n]{0,200})\}")
ESCAPED = re.compile(r"\\([&%#_$])")
LATEX_FRAME = re.compile(
    r"\\(?:begin|end)\{(?:table|center)\*?\}(?:\[[^\[\]\n]{0,9}\])?|\\centering|\\caption\{[^{}\n]{0,200}\}"
    r"|\$\$[ \t]{0,9}(?=\n?\||$)|(?<=\|\n)[ \t]{0,9}\$\$|\\\[[ \t]{0,9}(?=\n?\|)|(?<=\|\n)[ \t]{0,9}\\\]"
)
"""The frame of a LaTeX table."""

HTML_ROW = re.compile(r"<tr(?: [^<>]{0,99})?>", re.IGNORECASE)
HTML_ROW_END = re.compile(r"</tr>|<tr[ >]|</table>", re.IGNORECASE)
HTML_CELL = re.compile(r"<t[dh](?: [^<>]{0,99})?>", re.IGNORECASE)
HTML_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
HTML_FRAME = re.compile(r"</?(?:table|thead|tbody|tfoot)(?: [^<>]{0,99})?>", re.IGNORECASE)
"""The frame of an HTML table."""


def markdown_tables(text: str, heads: str) -> str:
    r"""Returns a text with its tables as Markdown has them.

    Args:
        text: Any string.
        heads: Regular expression of the heads that columns may have, in any case. Values that commas or tabs
            part are a table where one of them stands in the first line.

    Example:
        >>> print(markdown_tables("┌───┬───┐\n│ x │ y │\n├───┼───┤\n│ 1 │ 2 │\n└───┴───┘", "x"))
        | x | y |
        |---|---|
        | 1 | 2 |
        >>> print(markdown_tables('x,y\n1,"2, 3"', "x"))
        | x | y |
        |---|---|
        | 1 | 2, 3 |
    """
    text = FENCE_LABEL.sub(r"\1", text)
    if "\\begin{" in text:
        text = _from_latex(text)
    if "<" in text and HTML_ROW.search(text):
        text = _from_html(text)
    lines = text.split("\n")
    if "+" in text or not text.isascii():
        lines = list(_from_boxes(lines))
    if "," in text or "\t" in text:
        lines = list(_from_values(lines, re.compile(heads, re.IGNORECASE)))
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _rule(size: int) -> str:
    return "|" + "---|" * size


def _from_boxes(lines: Sequence[str]) -> Iterator[str]:
    """Yields lines with bars as a keyboard has them; of the rules of a box only that below the heads."""
    rows = 0
    for line in lines:
        if RULE.fullmatch(line):
            if rows == 1:
                yield _rule(2)
            rows += rows == 1  # no second rule
            continue
        bare = line.translate(BARS)
        edged = bare != line or bare.lstrip().startswith("|")
        rows = rows + 1 if edged or (" | " in bare and bare.strip()) else 0
        yield bare if edged and bare.strip().endswith("|") else line


def _from_values(lines: Sequence[str], heads: re.Pattern[str]) -> Iterator[str]:
    """Yields lines with rows of values that commas or tabs part as rows of a table."""
    size = 0
    mark = ","
    for line, following in zip(lines, [*lines[1:], ""]):
        if size:
            cells = _cells(line, mark)
            if len(cells) == size:
                yield _row(cells)
                continue
            size = 0
        mark = "\t" if "\t" in line else ","
        cells = _cells(line, mark)
        fits = 2 <= len(cells) <= MOST_CELLS and len(_cells(following, mark)) == len(cells)
        prose = ", " in line and '", "' not in line  # where one word that is a head says little
        known = [heads.fullmatch(cell) is not None for cell in cells]
        if fits and all(map(_may_be_head, cells)) and (all(known) if prose else any(known)):
            size = len(cells)
            yield _row(cells)
            yield _rule(size)
        else:
            yield line


def _may_be_head(cell: str) -> bool:
    return 0 < len(cell) <= LONGEST_HEAD and not any(sign in cell for sign in "|:={}[]<>")


def _cells(line: str, mark: str) -> list[str]:
    """Returns the values in a line, without the quotes around them."""
    if mark not in line:
        return []
    if mark == "\t":
        return [cell.strip(' "') for cell in line.strip("\n").split("\t", MOST_CELLS)]
    cells: list[str] = []
    place = 0
    while place <= len(line) and len(cells) <= MOST_CELLS:
        cell = CSV_CELL.match(line, place)
        if cell is None or (place == len(line) and not line.endswith(",")):
            break
        cells.append(cell[2].strip() if cell[1] is None else cell[1].replace('""', '"'))
        place = max(cell.end(), place + 1)
    return cells


def _from_latex(text: str) -> str:
    """Returns a text with the rows of LaTeX as rows of Markdown."""
    pieces: list[str] = []
    place = 0
    for begin in TABULAR.finditer(text):
        if begin.start() < place:
            continue
        end = text.find(f"\\end{{{begin[1]}}}", begin.end())
        if end < 0:
            break
        rows = list(_latex_rows(text[begin.end() : end]))
        pieces += [text[place : begin.start()], "\n", *(f"{row}\n" for row in rows)]
        place = end + len(f"\\end{{{begin[1]}}}")
    return LATEX_FRAME.sub("", "".join([*pieces, text[place:]])) if pieces else text


def _latex_rows(body: str) -> Iterator[str]:
    for number, row in enumerate(ROW_END.split(body)):
        bare = HLINE.sub(" ", row)
        if number == 1 and bare != row:  # a line below the first row
            yield _rule(2)
        cells = [ESCAPED.sub(r"\1", STYLED.sub(r"\1", cell)).strip() for cell in CELL_END.split(bare)]
        if any(cells):
            yield _row(cells)


def _from_html(text: str) -> str:
    """Returns a text with the rows of HTML as rows of Markdown, a rule below those of heads."""
    pieces: list[str] = []
    place = 0
    for begin in HTML_ROW.finditer(text):
        end = HTML_ROW_END.search(text, begin.end())
        stop = end.start() if end else len(text)
        content = text[begin.end() : stop]
        cells = [HTML_CELL_END.split(cell)[0] for cell in HTML_CELL.split(content)[1:]]
        if len(cells) > 1:
            pieces += [HTML_FRAME.sub("\n", text[place : begin.start()]).rstrip("\n \t")]
            pieces += ["\n", _row(" ".join(cell.split()) for cell in cells)]
            pieces += ["\n", _rule(len(cells))] if "<th" in content.lower() and "<td" not in content else []
            place = end.end() if end and end[0].startswith("</tr") else stop
    return "".join([*pieces, HTML_FRAME.sub("\n", text[place:])]) if pieces else text
