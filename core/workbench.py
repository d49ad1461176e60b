"""The tasks without a page, for notebooks and scripts: a question, what the encoders found, and any number of answers.

import core

bench = core.open("pocket")
found = bench.compose("shirt.jpg", "the same in red")
found                                # in a notebook: a sentence and a table
found.blend(0.2, 0.3, 0.5).to_frame()    # other weights; no encoder runs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.images import open_picture
from core.index.bundle import Gallery, open_bundle
from core.profiles import models_of
from core.settings import ASSETS, Settings
from core.tasks import compose, field_road, sketch, street_to_shop
from core.tasks.start_weights import start_weights
from core.types import Box, Picture

if TYPE_CHECKING:
    import pandas

    from core.contracts import Models
    from core.tasks.compose import ComposeTask
    from core.tasks.field_road import FieldRoadTask
    from core.tasks.sketch import SketchTask
    from core.tasks.street_to_shop import StreetToShopTask

SHIPPED = ASSETS / "galleries" / "pocket-shop"
BAND = (0.4, 0.6)
"""In which the head counts as unsure, as on the page."""
Source = str | Path | bytes | Picture
"""A picture: its file, its bytes, or what `core.images.open_picture` made of it."""


@dataclass(frozen=True, eq=False)
class Answered:
    """A question that the encoders have looked at, and its answer at some weights.

    Attributes:
        evidence: all that the encoders found; instruments in `core.instruments` read it.
        answer: what the task says at these weights, as its endpoint does with `to_json`.
        rows: of the answer, best first, for a table.
        again: gives the answer at other weights.
    """

    evidence: Any
    answer: Any
    rows: Callable[[Any], list[dict[str, Any]]]
    again: Callable[..., Any]

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        text: str = self.answer.sentence
        return text

    def blend(self, *weights: float, **more: Any) -> Answered:
        """Returns the same question at other weights; no encoder runs.

        Args:
            *weights: of the kinds of evidence, in the task's order; of Sketch alpha alone, of Field or road the band.
            **more: what else the task's `answer` takes, such as `pooling` or `rule`.

        Raises:
            InputError: they cannot be used.
        """
        return Answered(self.evidence, self.again(self.evidence, *weights, **more), self.rows, self.again)

    def to_frame(self) -> pandas.DataFrame:
        """Returns the answer as a table, best first: name, score and what each kind of evidence adds to it."""
        import pandas

        return pandas.DataFrame(self.rows(self.answer))

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, float_format="{:.3f}".format)
        return f"<p><b>{escape(self.sentence)}</b></p>{table}"


class Workbench:
    """The four tasks of a profile; each loads its models when it is asked first.

    Args:
        profile: name of the set of models.
        gallery: bundle of the two tasks that search, as `python -m core index` makes it; None for the one that ships.

    Raises:
        SettingsError: there is no such profile.
    """

    def __init__(self, profile: str = "pocket", gallery: str | Path | None = None) -> None:
        self._models: Models = models_of(Settings(profile))
        self._bundle = SHIPPED if gallery is None else Path(gallery)

    @cached_property
    def gallery(self) -> Gallery:
        """The gallery, verified when it is opened.

        Raises:
            ArtifactError: there is none, it is damaged, or other models made it.
        """
        return open_bundle(self._bundle, models=self._models.gallery_models("compose"))

    def sketch(
        self, picture: Source, caption: str = "", alpha: float | None = None, top: int = 5
    ) -> Answered:
        """Names a drawing.

        Args:
            picture: its file, or the picture.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1]; None for the learned pair.
            top: how many classes.

        Raises:
            InputError: something cannot be used.
        """
        evidence = self._sketch.evidence(_picture(picture), caption)
        again = partial(sketch.answer, top_k=top)
        return Answered(evidence, again(evidence, alpha), _classes, again)

    def field_road(
        self,
        picture: Source,
        field_caption: str = field_road.FIELD_CAPTION,
        road_caption: str = field_road.ROAD_CAPTION,
    ) -> Answered:
        """Asks the head and the two captions whether a photo shows a field or a road.

        Args:
            picture: its file, or the picture.
            field_caption: stands for a field.
            road_caption: stands for a road.

        Raises:
            InputError: something cannot be used.
        """
        evidence = self._field_road.evidence(_picture(picture), field_caption, road_caption)
        return Answered(evidence, field_road.answer(evidence, *BAND), _readers, field_road.answer)

    def street_to_shop(
        self, picture: Source, caption: str = "", box: Box | None = None, k: int = 10
    ) -> Answered:
        """Finds the shop pictures of a garment.

        Args:
            picture: of somebody who wears it: its file, or the picture.
            caption: words about it; "" lets the captioner write them.
            box: around it, in pixels of the upright original.
            k: how many pictures.

        Raises:
            InputError: something cannot be used.
        """
        crop = None if box is None else _picture(picture, box)
        evidence = self._shop.evidence(_picture(picture), crop, caption, talks=False)
        start = start_weights(self._models.manifest("garment"), street_to_shop.WITHOUT_BOX)
        weights = street_to_shop.with_box_share(start) if evidence.has_box else start
        again = partial(street_to_shop.answer, k=k)
        return Answered(evidence, again(evidence, *weights), _hits, again)

    def compose(self, picture: Source, modification: str, k: int = 10) -> Answered:
        """Finds pictures that are like a reference but changed as words say.

        Args:
            picture: the reference: its file, or the picture.
            modification: such as "the same in red".
            k: how many pictures.

        Raises:
            InputError: something cannot be used.
        """
        evidence = self._compose.evidence(_picture(picture), modification)
        again = partial(compose.answer, k=k)
        return Answered(evidence, again(evidence, *self._compose.start_weights), _hits, again)

    @cached_property
    def _sketch(self) -> SketchTask:
        return self._models.sketch()

    @cached_property
    def _field_road(self) -> FieldRoadTask:
        return self._models.field_road()

    @cached_property
    def _shop(self) -> StreetToShopTask:
        return self._models.street_to_shop(self.gallery)

    @cached_property
    def _compose(self) -> ComposeTask:
        return self._models.compose(self.gallery)


def _picture(source: Source, box: Box | None = None) -> Picture:
    return source if isinstance(source, Picture) else open_picture(source, box=box)


def _hits(answer: Any) -> list[dict[str, Any]]:
    return [{"item": hit.item, "score": hit.score, **(hit.parts or {})} for hit in answer.hits]


def _classes(answer: Any) -> list[dict[str, Any]]:
    return [
        {
            "class": row.label,
            "probability": row.probability,
            "logit": row.logit,
            "picture": row.picture_part,
            "words": row.words_part,
        }
        for row in answer.classes
    ]


def _readers(answer: Any) -> list[dict[str, Any]]:
    readers = {"head": answer.head, "captions": answer.zero_shot}
    return [
        {"reader": name, "label": reading.label, "road probability": reading.road_probability}
        for name, reading in readers.items()
        if reading is not None
    ]
