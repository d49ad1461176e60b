"""LaTeX that papers take as it is: a figure with its caption, and tables with booktabs."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from math import isnan
from typing import TYPE_CHECKING

from core.figures.letters import UNSEEN

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
"""What a letter of people's words becomes."""
GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi mathrm{o} pi rho varsigma sigma tau "
    "upsilon phi chi psi omega"
)
CAPITALS = (
    "mathrm{A} mathrm{B} Gamma Delta mathrm{E} mathrm{Z} mathrm{H} Theta mathrm{I} mathrm{K} Lambda mathrm{M} "
    "mathrm{N} Xi mathrm{O} Pi mathrm{P} - Sigma mathrm{T} Upsilon Phi mathrm{X} Psi Omega"
)
ESCAPES |= {
    chr(first + at): rf"\ensuremath{{\{name}}}"
    for first, names in ((0x3B1, GREEK), (0x391, CAPITALS))
    for at, name in enumerate(names.split())
    if name != "-"
}
ESCAPES |= {
    accented: rf"\ensuremath{{\acute{ESCAPES[unicodedata.normalize('NFD', accented)[0]][12:-1].join('{}')}}}"
    for accented in "άέήίόύώΆΈΉΊΌΎΏ"
}
ESCAPES |= {chr(0x2080 + digit): rf"\textsubscript{{{digit}}}" for digit in range(10)}
EVERYWHERE = frozenset(
    "¡¢£¤¥¦§¨©ª¬\u00ad®¯°±²³´µ¶·¸¹º¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõö÷øùúûüýÿĀāĂăĆćĈĉĊċČčĎďĒēĔĕĖėĚě"
    "ĜĝĞğĠġĢģĤĥĨĩĪīĬĭİıĲĳĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŴŵŶŷŸŹźŻżŽžƒǍǎǏǐǑǒǓǔǦǧǨǩǰǴǵȘșȚțȲȳ"
    "ẞ†‡•‰€№™"
)
"""Letters beyond ASCII that pdfLaTeX prints in any document; it reads UTF-8."""
IN_T1 = {
    "«": r"\ensuremath{\ll}", "»": r"\ensuremath{\gg}", "‹": r"\textless{}", "›": r"\textgreater{}", "„": ",,",
    "‚": ",", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "Ą": "A", "ą": "a", "Đ": "D", "đ": "d", "Ę": "E", "ę": "e",
    "Į": "I", "į": "i", "Ŋ": "N", "ŋ": "n", "Ų": "U", "ų": "u",
}  # fmt: skip
"""Letters that it prints where the document has T1, and what stands for them elsewhere; without T1 they are errors."""
LATIN_OR = (
    "% Letters that are printed with \\usepackage[T1]{fontenc}, and what else stands for them.\n"
    r"\providecommand{\latinor}[2]{\ifdefined\Umathcode#1\else\ifcsname\encodingdefault\string\k\endcsname#1\else#2\fi\fi}"
)
LETTER_OR = (
    "% Letters that lualatex and xelatex print, and others where a package declares them; else their code points.\n"
    r"\providecommand{\letteror}[2]{\ifdefined\Umathcode#1\else\ifcsname u8:\detokenize{#1}\endcsname#1\else#2\fi\fi}"
)
"""What asks the compiler: `\\Umathcode` is one of LuaTeX and XeTeX, `\\k` one of T1, and `u8:` begins the names by
which LaTeX knows letters of UTF-8. All can be asked in a caption, which goes into a list of figures as well."""
PLACES = {
    "column": ("figure", r"\columnwidth"), "two-columns": ("figure*", r"\textwidth"),
    "slide": ("figure*", r"\textwidth"),
}  # fmt: skip
"""Size -> environment and width."""
HEAD = "% Drawn by Blendscope. Needs \\usepackage{graphicx}"
DECIMALS = 4
LETTER_WIDTH, GAP, COLUMN = 5.0, 12.0, 245.0
"""Of a letter, between columns of a table, and of a column of a paper, in points."""
HEIGHT = r"height=0.7\textheight,keepaspectratio"
FITTED = r"""  % Made smaller where it is wider than its place, or higher than most of a page.
  \ifdim\wd0>\linewidth\sbox0{\resizebox{\linewidth}{!}{\usebox0}}\fi
  \ifdim\dimexpr\ht0+\dp0\relax>0.7\textheight\sbox0{\resizebox*{!}{0.7\textheight}{\usebox0}}\fi
"""


def escaped(words: str) -> str:
    """Returns words of people as LaTeX prints them, without any command in them.

    No letter is an error of the compiler: a hundred of them end it. What some compilers lack brings what stands for it,
    by commands that `needed` defines.
    """
    plain = re.sub(r"[ \t\n\r\f\v]+", " ", words)
    return "".join(_letter(plain, at) for at in range(len(plain)))


def needed(text: str) -> str:
    """Returns the definitions of the commands that `escaped` wrote into a text, each line ended."""
    both = ((r"\latinor{", LATIN_OR), (r"\letteror{", LETTER_OR))
    return "".join(f"{definition}\n" for command, definition in both if command in text)


def _letter(words: str, at: int) -> str:
    letter = words[at]
    if letter in ESCAPES:
        return ESCAPES[letter]
    if letter.isascii() or letter in EVERYWHERE:
        return letter
    if letter in IN_T1:
        return rf"\latinor{{{letter}}}{{{IN_T1[letter]}}}"
    if unicodedata.category(letter) in UNSEEN:
        return rf"\letteror{{{letter}}}{{}}"
    after = " " if words[at + 1 : at + 2].isalnum() else ""
    return rf"\letteror{{{letter}}}{{U+{ord(letter):04X}{after}}}"


def figure_tex(name: str, size: str, caption: str, title: str = "") -> str:
    """Returns a figure environment.

    Args:
        name: of the picture file without its ending, and of the label.
        size: of `PLACES`.
        caption: any text.
        title: what a list of figures calls it; "" for all of the caption.
    """
    environment, width = PLACES[size]
    lines = textwrap.fill(escaped(caption), 100, break_long_words=False, break_on_hyphens=False)
    short = _short(title)
    return (
        f"{HEAD}.\n{needed(lines + short)}\\begin{{{environment}}}[t]\n  \\centering\n"
        f"  \\includegraphics[width={width},{HEIGHT}]{{{name}.pdf}}\n"
        f"  \\caption{short}{{%\n{textwrap.indent(lines, '    ')}%\n  }}\n  \\label{{fig:{name}}}\n"
        f"\\end{{{environment}}}\n"
    )


def table_tex(name: str, table: DataFrame, caption: str, title: str = "") -> str:
    """Returns a table environment with booktabs' rules.

    Args:
        name: of the label.
        table: its cells are numbers or any text.
        caption: any text.
        title: as for a figure.
    """
    columns = list(table.columns)
    numeric = [column for column in columns if all(isinstance(cell, int | float) for cell in table[column])]
    shown = table.map(_cell)
    environment = "table" if _width(shown) <= COLUMN else "table*"
    shown = shown.map(escaped)
    shown.columns = [escaped(str(column)) for column in columns]
    body = shown.to_latex(
        index=False,
        escape=False,
        column_format="".join("r" if column in numeric else "l" for column in columns),
    )
    above = f"{_short(title)}{{{escaped(caption)}}}"
    return (
        f"{HEAD}, \\usepackage{{booktabs}}.\n{needed(above + body)}\\begin{{{environment}}}[t]\n  \\centering\n"
        f"  \\caption{above}\n  \\label{{tab:{name}}}\n  \\smallskip\n"
        f"  \\sbox0{{%\n{textwrap.indent(body.strip(), '    ')}%\n  }}%\n{FITTED}  \\usebox0\n"
        f"\\end{{{environment}}}\n"
    )


def _short(title: str) -> str:
    return f"[{{{escaped(title)}}}]" if title else ""


def _width(shown: DataFrame) -> float:
    """Returns about how wide a table of words is, in points."""
    longest = [max(map(_letters, [str(column), *shown[column]])) for column in shown.columns]
    return GAP * len(longest) + LETTER_WIDTH * sum(longest)


def _letters(words: str) -> int:
    """Returns how many letters of the Latin width some words take."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "FW") for letter in words)


def _cell(value: object) -> str:
    if isinstance(value, float):
        if isnan(value):
            return "\u2013"
        return f"{value:.{DECIMALS}f}".replace("-", "\u2212")
    return str(value)
