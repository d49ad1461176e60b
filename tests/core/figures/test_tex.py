"""LaTeX compiles what a figure gives it, whatever people wrote; where there is no pdflatex, it cannot be asked."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from core.figures.tex import escaped, figure_tex, needed, table_tex

ODD = (
    r"100% a_b & #1 ~ ^ \input{x} {}$ <b>|[*]"
    + " Größe „so“ «ja» “é” Łódź ąđŋ Ελλάς ς Привет 红裙子 مرحبا \U0001f457\ufe0f e\u0301 \u2713 H₂O"
)
LISTED = r"""\documentclass[twocolumn]{article}
%s\usepackage[demo]{graphicx}
\usepackage{booktabs}
\begin{document}
\input{figure}\input{table}\clearpage\listoffigures\listoftables
\end{document}
"""


def test_letters_that_some_compilers_lack_bring_what_stands_for_them() -> None:
    assert escaped("红裙 a“ą”") == (r"\letteror{红}{U+7EA2 }\letteror{裙}{U+88D9} a``\latinor{ą}{a}''")
    assert escaped("a\n\nb\u00a0Ω ω") == r"a b~\ensuremath{\Omega} \ensuremath{\omega}", (
        "no end of a paragraph"
    )
    assert escaped("ά") == r"\ensuremath{\acute{\alpha}}"
    assert needed(escaped("Größe 1 α")) == ""
    assert needed(escaped("红")).count("providecommand") == 1
    assert needed(escaped("红ą")).count("providecommand") == 2


def test_a_wide_table_takes_both_columns_and_what_is_no_number_is_a_dash() -> None:
    narrow = pd.DataFrame({"of": ["red"], "effect": [float("nan")]})
    assert r"\begin{table}[t]" in table_tex("t", narrow, "c") and "red & -- " in table_tex("t", narrow, "c")
    wide = pd.DataFrame({f"a column {at}": ["some words"] for at in range(6)})
    assert r"\begin{table*}[t]" in table_tex("t", wide, "c")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
@pytest.mark.parametrize("encoding", ["", r"\usepackage[T1]{fontenc}"])
def test_a_paper_compiles_without_an_error_and_nothing_leaves_its_column(
    encoding: str, tmp_path: Path
) -> None:
    table = pd.DataFrame({ODD: [ODD[:40]] * 40, "score": [-0.5] * 40, "part": [float("nan")] * 40})
    files = {
        "figure.tex": figure_tex("figure", "column", f"Of {ODD}.", ODD),
        "table.tex": table_tex("table", table, ODD, ODD),
        "paper.tex": LISTED % encoding,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for _ in range(2):  # the second reads the lists that the first wrote
        run = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        said = run.stdout.decode(errors="replace")
        assert run.returncode == 0, said[-2000:]
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert not re.search(r"Overfull|too large", said)
