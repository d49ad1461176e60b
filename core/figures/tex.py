"""LaTeX that papers take as it is: a figure with its caption, and tables with booktabs."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''", "\u2212": r"\ensuremath{-}", "\u2013": "--", "\u2014": "---",
    "\u201c": "``", "\u201d": "''", "\u2018": "`", "\u2019": "'", 
     "\u00d7": r"\ensuremath{\times}", "\u2192": r"\ensuremath{\rightarrow}",
    # What begins with one of these after a line of a table would be an option of that line's end.
    "[": "{[}", "*": "{*}",
    "\u2605": r"\ensuremath{\star}", "\u2264": r"\ensuremath{\leq}", "\u2265": r"\ensuremath{\geq}",
    "\u2248": r"\ensuremath{\approx}", "\u0394": r"\ensuremath{\Delta}",
    "\u2026": r"\dots{}", "\u00a0": "~", "`": r"\textasciigrave{}",
}  # fmt: skip
"""What a letter of people's words becomes; all others stay, for LaTeX reads UTF-8."""
GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho final sigma tau"
)
ESCAPES |= {
    chr(0x3B1 + at): rf"\ensuremath{{\{name}}}"
    for at, name in enumerate(GREEK.split())
    if name not in ("omicron", "final")
}
PLACES = {
    "column": ("figure", r"\columnwidth"), "two-columns": ("figure*", r"\textwidth"),
    "slide": ("figure*", r"\textwidth"),
}  # fmt: skip
"""Size -> environment and width."""
HEAD = "% Drawn by Blendscope. Needs \\usepackage{graphicx}"
DECIMALS = 4


def escaped(words: str) -> str:
    """Returns words of people as LaTeX prints them, without any command in them."""
    return re.sub(".", lambda letter: ESCAPES.get(letter[0], letter[0]), words, flags=re.DOTALL)


def figure_tex(name: str, size: str, caption: str) -> str:
    """Returns a figure environment.

    Args:
        name: of the picture file without its ending, and of the label.
        size: of `PLACES`.
        caption: any text.
    """
    environment, width = PLACES[size]
    lines = textwrap.fill(escaped(caption), 100, break_long_words=False, break_on_hyphens=False)
    return (
        f"{HEAD}.\n\\begin{{{environment}}}[t]\n  \\centering\n  \\includegraphics[width={width}]{{{name}.pdf}}\n"
        f"  \\caption{{%\n{textwrap.indent(lines, '    ')}%\n  }}\n  \\label{{fig:{name}}}\n\\end{{{environment}}}\n"
    )


def table_tex(name: str, table: DataFrame, caption: str) -> str:
    """Returns a table environment with booktabs' rules.

    Args:
        name: of the label.
        table: its cells are numbers or any text.
        caption: any text.
    """
    columns = list(table.columns)
    numeric = [column for column in columns if all(isinstance(cell, int | float) for cell in table[column])]
    shown = table.map(_cell)
    shown.columns = [escaped(str(column)) for column in columns]
    body = shown.to_latex(
        index=False,
        escape=False,
        column_format="".join("r" if column in numeric else "l" for column in columns),
    )
    return (
        f"{HEAD}, \\usepackage{{booktabs}}.\n\\begin{{table}}[t]\n  \\centering\n  \\caption{{{escaped(caption)}}}\n"
        f"  \\label{{tab:{name}}}\n{textwrap.indent(body, '  ')}\\end{{table}}\n"
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return escaped(f"{value:.{DECIMALS}f}".replace("-", "\u2212"))
    return escaped(str(value))
