"""The street-to-shop tab's smaller answers as HTML: the dialogue, and how good proposed boxes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.captioners.templates import in_english
from core.instruments.boxes_tried import BoxesTried
from core.joining import SUM
from core.manifest import Manifest
from core.tasks.ranking import Ranking
from core.tasks.street_to_shop import StreetEvidence, ranking
from core.types import Caption, Conversation
from demo import copy
from demo.answers.retrieval import Addresses
from demo.html import isolated
from demo.widgets.boxes_tried import Shown, boxes_html
from demo.widgets.slots import slots_html

if TYPE_CHECKING:
    from core.index.qdrant_gallery import AnyGallery as Gallery

KINDS = (("picture", "picture", "picture"), ("words", "words", "words"), ("box", "both", "box"))


@dataclass(frozen=True, slots=True)
class ShopMix:
    """How picture, words and box are weighed; named as the fields that hold it.

    Attributes:
        weights: of the three.
        joining: by which rule.
    """

    weights: Sequence[float]
    joining: str = SUM

    def ranking(self, evidence: StreetEvidence, right: Sequence[str] = ()) -> Ranking:
        """Returns the shop with this mix, of which nothing is computed yet."""
        return ranking(evidence, self.weights, right, self.joining)


CAPTION_ROW, DIALOGUE_ROW = "picture + 15% caption", "picture + 15% dialogue"


def boxes_items(reading: BoxesTried) -> list[int]:
    """Returns which candidates `boxes_looked_at` shows."""
    return sorted({index for beside in reading.side_by_side for index in beside.first})


def boxes_looked_at(
    reading: BoxesTried,
    rows: Mapping[int, int],
    gallery: Gallery,
    addresses: Addresses,
    picture: str,
    size: tuple[int, int],
) -> str:
    """Returns where a result stands for many boxes.

    Args:
        reading: what the boxes do.
        rows: candidate -> its row in the gallery, of those that are shown, `boxes_items`.
        gallery: where the titles are.
        addresses: of these rows.
        picture: address of the picture that was asked with.
        size: (width, height) of its original in pixels.
    """
    shown = {
        candidate: Shown(gallery.items[row].title or gallery.items[row].id, addresses[row])
        for candidate, row in rows.items()
    }
    return boxes_html(reading, shown, picture, size)


def box_measure(manifest: Manifest | None) -> str:
    """Returns the box head's measured figures, folded away; "" without a box head.

    Args:
        manifest: of the box head.
    """
    metrics = manifest.metrics if manifest else {}
    if "synthetic_mean_iou" not in metrics or "synthetic_share_above_half" not in metrics:
        return ""
    mean, share = metrics["synthetic_mean_iou"], metrics["synthetic_share_above_half"]
    words = copy.BOX_MEASURE.format(iou=mean["value"], share=share["value"], n=f"{mean['n']:.0f}")
    fold = f'<summary>{isolated(copy.BOX_MEASURED)}</summary><p class="fine">{isolated(words)}</p>'
    return f'<details class="fold fine">{fold}</details>'


def words_read(caption: Caption) -> str:
    """Returns whose words count, what they are, and with what they are compared.

    Args:
        caption: the words in use.
    """
    if caption.author == "person":
        return f'<p class="fine words-read">{isolated(copy.SHOP_YOUR_WORDS)}</p>'
    written = in_english({slot.name: slot.choice for slot in caption.slots}) or caption.sentence
    return (
        f'<div class="words-read"><p class="fine">The captioner writes: <b>{isolated(written)}</b>.</p>'
        f'<details class="fold fine"><summary>{isolated(copy.SHOP_ENCODED)}</summary>'
        f'<p class="fine">{isolated(copy.SHOP_COMPARED)} {isolated(caption.sentence)}.</p>{slots_html(caption)}'
        f'<p class="fine">{isolated(copy.SLOTS_NOTE)}</p></details></div>'
    )


def dialogue_html(talk: Conversation | None, manifest: Manifest | None) -> str:
    """Returns questions, answers and runners-up as a table, with the summary and what it is worth.

    Args:
        talk: the dialogue, None when there was none.
        manifest: of the garment embedding, whose tables say whether the summary helps.
    """
    if talk is None:
        return f'<p class="fine">{isolated(copy.NO_DIALOGUE)}</p>'
    rows = "".join(
        f'<tr><th scope="row">{isolated(exchange.question)}</th>'
        f"<td><b>{isolated(exchange.answer)}</b> {exchange.confidence:.2f}</td>"
        f"<td>{isolated(exchange.runner_up)} {exchange.runner_up_confidence:.2f}</td></tr>"
        for exchange in talk.exchanges
    )
    return (
        f'<p class="summary">{isolated(talk.summary)}.</p>'
        '<table class="dialogue tabular"><thead><tr><th scope="col">Question</th><th scope="col">Answer</th>'
        f'<th scope="col">Runner-up</th></tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="fine">{isolated(" ".join((copy.DIALOGUE_NOTE, _worth(manifest))).strip())}</p>'
    )


def _worth(manifest: Manifest | None) -> str:
    """Says what the summary does for retrieval, in measured figures; "" when nobody measured it."""
    tables: list[dict[str, Any]] = manifest.details.get("tables", []) if manifest else []
    first = {row[0]: row[1] for table in tables for row in table["rows"] if isinstance(row[1], dict)}
    if CAPTION_ROW not in first or DIALOGUE_ROW not in first:
        return ""
    caption, talk = first[CAPTION_ROW]["value"], first[DIALOGUE_ROW]["value"]
    if talk > caption + copy.WORTH_SAYING:
        verb = "helps"
    elif talk < caption - copy.WORTH_SAYING:
        verb = "does not help"
    else:
        verb = "changes little"
    return copy.DIALOGUE_WORTH.format(verb=verb, talk=talk, caption=caption)
