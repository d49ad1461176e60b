"""How far judges can be trusted, as charts; the page's own styles draw their ink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.instruments.trusted import Trust, Trusted
from core.plurals import counted

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

HEIGHT = 340
INK, FAINT = "#7d8591", "#969daa"
"""In place of the first, style.css draws the ink of the ground in use; of the second, lines."""
COLOURS = {"picture": "#0072b2", "words": "#e69f00"}
MARKERS = {"picture": "square", "words": "triangle-up", "captions": "diamond"}


def trust_chart(elem_id: str) -> gr.Plot:
    """Returns the place of a chart, which is there once there is something to draw."""
    return gr.Plot(
        None, show_label=False, container=False, visible=False, min_width=330, elem_id=elem_id,
        elem_classes="trust-chart",
    )  # fmt: skip


def chart_update(figure: Figure | None) -> Any:
    """Returns what shows a chart, or puts it away."""
    return gr.update(value=figure, visible=figure is not None)


def reliability_figure(found: Sequence[Trusted], kinds: Sequence[str], labels: int) -> Figure:
    """Returns the share that is right in each bin of confidence, with its 95 % interval.

    Args:
        found: the judges, at least one.
        kinds: of each judge: its colour or pattern.
        labels: how many there are: nobody is less sure of the likeliest than one in so many.
    """
    bins = max(len(each.plain.bins) for each in found)
    figure = _figure(
        f"Reliability, {_count(found)} in {counted(bins, 'bin')}", (0.98, 0.02), "right", "bottom"
    )
    lowest = 0.5 if labels == 2 else 0.0
    figure.update_xaxes(title_text="how sure it is", range=[lowest - 0.02, 1.02])
    figure.update_yaxes(title_text="share right", range=[-0.03, 1.05])
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": FAINT, "width": 1, "dash": "dot"}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip
    for judge, kind, value, judged in _readings(found, kinds):
        share = [each.right / each.n for each in value.bins]
        figure.add_scatter(
            name=judge,
            showlegend=not judged,
            x=[each.confidence for each in value.bins],
            y=share,
            text=[f"{each.right} of {each.n}" for each in value.bins],
            mode="lines+markers",
            error_y=None if judged else _interval(value, share, kind),
            hovertemplate="%{text} right, %{x:.2f} sure",
            **_look(kind, judged),
        )
    return figure


def risk_figure(found: Sequence[Trusted], kinds: Sequence[str]) -> Figure:
    """Returns the share of errors among the surest pictures, over how many of all these are; arguments as above."""
    figure = _figure(f"Risk against coverage, {_count(found)}", (0.02, 0.98), "left", "top")
    figure.update_xaxes(title_text="share answered, the surest first", range=[-0.02, 1.02])
    highest = max(risk for *_, value, _ in _readings(found, kinds) for _, risk in value.curve)
    figure.update_yaxes(title_text="share wrong of these", range=[-0.03, min(1.5, max(0.3, 1.6 * highest))])
    for judge, kind, value, judged in _readings(found, kinds):
        coverage, risk = zip(*value.curve, strict=True)
        figure.add_scatter(
            name=judge,
            showlegend=not judged,
            x=coverage,
            y=risk,
            mode="lines",
            hovertemplate="%{y:.2f} wrong of the surest %{x:.0%}",
            **_look(kind, judged),
        )
    return figure


def _count(found: Sequence[Trusted]) -> str:
    return f"n = {max(each.plain.n for each in found)}"


def _readings(found: Sequence[Trusted], kinds: Sequence[str]) -> list[tuple[str, str, Trust, bool]]:
    """Returns (judge, kind, reading, whether it is the one after a person judged its errors)."""
    rows = []
    for each, kind in zip(found, kinds, strict=True):
        rows.append((each.judge, kind, each.plain, False))
        if each.changed and each.judged is not None:
            rows.append((f"{each.judge}, as you judge", kind, each.judged, True))
    return rows


def _interval(value: Trust, share: Sequence[float], kind: str) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, each.high - one) for each, one in zip(value.bins, share, strict=True)],
        "arrayminus": [max(0.0, one - each.low) for each, one in zip(value.bins, share, strict=True)],
        "color": COLOURS.get(kind, INK),
        "thickness": 1,
        "width": 3,
    }


def _look(kind: str, judged: bool) -> dict[str, Any]:
    colour = COLOURS.get(kind, INK)
    dash = "dot" if judged else "dash" if kind in ("captions", "words") else "solid"
    symbol = MARKERS.get(kind, "circle") + ("-open" if judged else "")
    return {
        "line": {"color": colour, "width": 2 if judged else 3, "dash": dash},
        "marker": {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
    }


def _figure(title: str, legend: tuple[float, float], across: str, up: str) -> Figure:
    from plotly.graph_objects import Figure

    axis = {"gridcolor": FAINT, "zeroline": False, "nticks": 6, "fixedrange": True}
    x, y = legend
    figure = Figure()
    figure.update_layout(
        title={"text": title, "font": {"size": 16}, "x": 0},
        xaxis=axis,
        yaxis=axis,
        height=HEIGHT,
        margin={"l": 60, "r": 10, "t": 40, "b": 55},
        font={"size": 15, "color": INK, "family": "inherit"},
        legend={"x": x, "y": y, "xanchor": across, "yanchor": up, "bgcolor": "rgba(0,0,0,0)"},
        showlegend=True,
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure
