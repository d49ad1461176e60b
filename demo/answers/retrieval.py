"""What the two retrieval tabs share: the worked examples of the open gallery, and how a ranking is shown."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import gradio as gr

from core.errors import BlendscopeError
from core.task_table import Task
from core.tasks.ranking import RankedAnswer
from demo.pieces import models_line, sentence
from demo.services import Example, Services
from demo.widgets.enlarged import EnlargedView
from demo.widgets.gallery import gallery_html
from demo.widgets.results import enlarged_view, gallery_index, gallery_line, hit_tiles, right_tile


class RetrievalTab:
    """A tab that ranks the pictures of the gallery; what happens in it, without its layout.

    Attributes:
        row: the task that answers.
        kinds: (name in `Hit.parts`, kind of evidence, label for people), in the order of the bars.
        unit: the sentence on the unit of scores.
        sign: of this unit, for the scores themselves.
        decimals: of the numbers shown.
        first_step: what to do before anything can be answered.

    Args:
        services: what answers.
    """

    row: ClassVar[Task]
    kinds: ClassVar[tuple[tuple[str, str, str], ...]]
    unit: ClassVar[str]
    sign: ClassVar[str] = ""
    decimals: ClassVar[int] = 2
    first_step: ClassVar[str]

    def __init__(self, services: Services) -> None:
        self.services = services

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The worked examples that belong to the gallery that is open, none for a gallery of one's own."""
        if self.services.settings.gallery is not None:
            return ()
        try:
            items = [[item.id, item.file] for item in self.services.gallery().items]
        except BlendscopeError:
            return ()
        worked = self.services.examples(self.row.key)
        return tuple(one for one in worked if one.picture is not None and one.evidence["items"] == items)

    def enlarged(self, event: gr.EventData) -> EnlargedView:
        """Returns a result to look at; needs no model."""
        gallery = self.services.gallery()
        return enlarged_view(gallery, self.services.original(gallery_index(gallery, event)), event)

    def _shown(self, answer: RankedAnswer) -> tuple[str, str, str]:
        """Returns the sentence, the gallery of hits, and what stands under it."""
        gallery = self.services.gallery()
        right = (answer.right.hit.item,) if answer.right else ()
        tiles = hit_tiles(answer.hits, gallery, self.kinds, right)
        apart = right_tile(answer.right, answer.hits, gallery, self.kinds)
        ranked = gallery_html(tiles, decimals=self.decimals, does="enlarge", apart=apart, unit=self.sign)
        return (
            sentence(answer.sentence),
            ranked,
            gallery_line(gallery, self.unit) + models_line(answer.models, answer.profile),
        )
