"""Writes docs/results.md and its figures from the manifests of the trained weights: no figure is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from core.datasets.map_figures import MapFigures, map_figures_of
from core.metrics import Estimate
from core.store import Manifest, read_manifest, write_atomically
from core.task_table import TASKS, find_task

TITLES = {task.head: task.title for task in TASKS} | {
    "sketch_tower": "Sketch tower", "captioner": "Captioner", "garment_box": "Garment box", "joint": "Joint encoder",
    "typed_words": "Typed words",
}  # fmt: skip
"""Folder of weights -> the title of its chapter."""
CHAPTERS = {
    "sketch": "Report 1: z = alpha f(picture) + beta g(caption).",
    "sketch_tower": "What f stands on: the image tower, tuned on drawings.",
    "captioner": "Fills the gaps of a sentence by zero-shot choice.",
    "field_road": "Report 2: a small head beside zero-shot classification with two captions.",
    "garment": "Report 3: a consumer's photo asks, shop photos answer.",
    "garment_box": "Report 3's box prediction: where the garment is.",
    "combiner": "Report 4: m = w0 q + w1 t + w2 f(q, t).",
    "joint": "The space that pictures and words share; a photo finds any of its captions (Flickr8k five, COCO one).",
    "typed_words": "Street to shop's words: maps that bring what people type to a gallery's rows.",
}
"""Folder of weights -> the words under the title, in the order of the document."""
HEAD = """# Results

Written by `python -m core results` from the manifests beside the weights and from kept figures; edit nothing here by
hand. Every figure was measured on data that no training saw, with 95 % intervals in brackets. A report's own figure
stands beside ours where it has one: other models on other data, so compare the order of the rows, not the numbers.
"""
MAPS = (
    "Whether maps over places are faithful: places of held-out pictures are hidden, and shown, in the order of the map "
    "and in random order (`python -m core evaluate places --keep`). Areas under the score, as its mean: cosines in "
    "Compose, logarithms of the odds in Field or road, centred logits in Sketch, deviations over the gallery in Street "
    "to shop. A faithful map's deletion lies below the random order's, its insertion above."
)
MEASURED = {
    "deletion": "deletion", "insertion": "insertion", "random_order": "random order",
    "deletion_less_random": "deletion less random", "insertion_less_random": "insertion less random",
}  # fmt: skip
SIZE = (6.4, 3.2)
LINES = {
    "alpha": "#0072B2", "beta": "#E69F00", "picture": "#0072B2", "words": "#E69F00", "both": "#009E73",
    "w0": "#0072B2", "w1": "#E69F00", "w2": "#009E73",
}  # fmt: skip
GREYS = ("#16181c", "#767d88", "#a9b0bb")
DASHES = ("-", "--", ":", "-.")


def write(models: Path, out: Path) -> list[str]:
    """Writes results.md and figures/*.svg into `out`, and takes figures away that no manifest holds any more.

    Args:
        models: the folder of a profile's weights.
        out: the folder of the documents.

    Returns:
        The names of the files that were written.

    Raises:
        ArtifactError: a manifest is missing or damaged.
    """
    figures = {name: _drawn(curve) for name, curve in _curves(models)}
    for old in (out / "figures").glob("*.svg"):
        if old.stem not in figures:
            old.unlink()
    for name, picture in figures.items():
        write_atomically(out / "figures" / f"{name}.svg", picture)
    write_atomically(out / "results.md", text(models).encode())
    return ["results.md", *(f"figures/{name}.svg" for name in figures)]


def text(models: Path) -> str:
    """Returns results.md.

    Args:
        models: the folder of a profile's weights.

    Raises:
        ArtifactError: a manifest is missing or damaged.
    """
    parts = [HEAD]
    for folder, words in CHAPTERS.items():
        if (models / folder).is_dir():
            parts.append("\n".join(_chapter(folder, TITLES[folder], words, read_manifest(models / folder))))
    figures = map_figures_of(models.name, models.parent.parent)
    if figures:
        parts.append("\n".join(_of_maps(figures)))
    return "\n".join(parts)


def _of_maps(every: Mapping[str, MapFigures]) -> Iterator[str]:
    """Yields the chapter on maps over places."""
    yield f"## Where the scores come from\n\n{MAPS}\n"
    columns = ["tab", "map of", "pictures", "n", *MEASURED.values()]
    rows = [
        [find_task(task).title, kind, figures.data, of_kind["deletion"].n, *_cells(of_kind)]
        for task, figures in every.items()
        for kind, of_kind in figures.kinds.items()
    ]
    yield from _table(columns, rows)
    yield ""


def _cells(figures: Mapping[str, Estimate]) -> list[dict[str, float]]:
    return [figures[name].to_json() for name in MEASURED]


def _chapter(folder: str, title: str, words: str, manifest: Manifest) -> Iterator[str]:
    yield f"## {title}\n\n{words}\n"
    data = ", ".join(manifest.data)
    yield f"Data: {data}. Split: {manifest.split} Seed {manifest.seed}; {manifest.minutes} minutes.\n"
    for table in manifest.details.get("tables", ()):
        yield f"### {table['title']}\n"
        yield from _table(table["columns"], table["rows"])
        if table.get("note"):
            yield f"\n{table['note']}\n"
    if manifest.metrics:
        yield "### All measured figures\n"
        rows = [[f"`{name}`", metric, f"{metric['n']:.0f}"] for name, metric in manifest.metrics.items()]
        yield from _table(["metric", "value", "n"], rows)
        yield ""
    for number, curve in enumerate(manifest.details.get("curves", ())):
        yield f"![{curve['title']}](figures/{_name(folder, number)}.svg)\n"


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(_cell(value).replace("|", "\\|") for value in row) + " |"


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _name(folder: str, number: int) -> str:
    return re.sub(r"\W+", "-", f"{folder}-{number + 1}")


def _curves(models: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for folder in CHAPTERS:
        if (models / folder).is_dir():
            for number, curve in enumerate(read_manifest(models / folder).details.get("curves", ())):
                yield _name(folder, number), curve


def _drawn(curve: Mapping[str, Any]) -> bytes:
    """Returns curves as SVG on white, the same bytes for the same numbers."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "blendscope", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        greys = 0
        for number, (name, values) in enumerate(curve["series"].items()):
            colour = LINES.get(name.partition(" ")[0])
            if colour is None:
                colour, greys = GREYS[greys % len(GREYS)], greys + 1
            axes.plot(values, label=name, color=colour, linestyle=DASHES[number % len(DASHES)], linewidth=2)
        axes.set(title=curve["title"], xlabel=curve["x"], ylabel=curve["y"])
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        file = BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
