"""The stages of the two tabs that rank pictures."""

from __future__ import annotations

from typing import Any

from core.joining import SUM
from core.tasks.street_to_shop import StreetEvidence
from demo import copy
from demo.answers.compose import Mix
from demo.answers.street_to_shop import ShopMix
from demo.deck.stage import ANSWER, QUESTION, Instrument, Mounted, Stage, plain
from demo.deck.words import asked_words, boxed_picture, settings_line, told
from demo.events.compose import ComposeEvents
from demo.events.compose_link import ComposeLink
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.street_to_shop_link import StreetToShopLink
from demo.services import Services
from demo.tabs import compose, street_to_shop
from demo.widgets.boxes_tried import BoxMap
from demo.widgets.gallery import ResultGallery
from demo.widgets.gallery_map import AS_A_MAP, GalleryMap
from demo.widgets.live_ranking import LiveRanking, PictureNames
from demo.widgets.places import PlaceMaps
from demo.widgets.promise import PromisePanel
from demo.widgets.weights import Weights
from demo.widgets.winner_atlas import WinnerAtlas
from demo.widgets.word_chips import WordChips


def compose_stage(services: Services) -> Stage:
    """Returns the stage of the compose tab."""
    tab, name = ComposeEvents(services), "compose"
    question = [
        plain(
            QUESTION,
            f"{name}-reference",
            lambda shown: f'<figure class="reference">{shown.reference}</figure>',
        ),
        plain(QUESTION, f"{name}-asked", lambda shown: asked_words([told(tab, shown).modification])),
        Mounted(
            QUESTION,
            Weights(compose.ROWS, label="Weights of the mix", negative=True, elem_id=f"{name}-weights"),
            lambda shown: shown.weights,
        ),
        plain(
            QUESTION,
            f"{name}-settings",
            lambda shown: settings_line(shown.joining, shown.pooling, cosine=bool(shown.renormalise)),
        ),
    ]

    def mix(shown: Any) -> Mix:
        return Mix(shown.weights.weights, shown.pooling, bool(shown.renormalise), shown.joining)

    return _stage(name, tab, ComposeLink(tab), question, mix, {})


def shop_stage(services: Services) -> Stage:
    """Returns the stage of the street-to-shop tab."""
    tab, name = StreetToShopEvents(services), "street"
    question = [
        plain(QUESTION, f"{name}-picture", lambda shown: boxed_picture(shown.box)),
        plain(QUESTION, f"{name}-asked", lambda shown: _caption(told(tab, shown))),
        Mounted(
            QUESTION,
            Weights(street_to_shop.ROWS, label="Weights of the blend", elem_id=f"{name}-weights"),
            lambda shown: shown.weights,
        ),
        plain(QUESTION, f"{name}-settings", lambda shown: settings_line(shown.joining)),
    ]
    boxes = BoxMap(tool=f"{name}-box", watches=f"{name}-sentence", elem_id=f"{name}-boxes")
    own = {f"{name}-other-boxes": Instrument(copy.OTHER_BOXES, boxes, "tried", "boxes")}

    def mix(shown: Any) -> ShopMix:
        joining = shown.joining if isinstance(shown.joining, str) else SUM
        return ShopMix(shown.weights.weights, joining)

    return _stage(name, tab, StreetToShopLink(tab), question, mix, own)


def _caption(evidence: StreetEvidence) -> str:
    return asked_words([evidence.caption.sentence], own=evidence.caption.author == "person")


def _stage(
    name: str, tab: Any, link: Any, question: list[Mounted], mix: Any, own: dict[str, Instrument]
) -> Stage:
    answer = [
        plain(ANSWER, f"{name}-sentence", lambda shown: shown.sentence),
        Mounted(ANSWER, ResultGallery(elem_id=f"{name}-gallery"), lambda shown: shown.gallery),
        plain(ANSWER, f"{name}-models", lambda shown: shown.models),
        Mounted(
            ANSWER,
            PictureNames(elem_id=f"{name}-catalogue"),
            lambda shown: tab.named().catalogue,
        ),
        Mounted(
            ANSWER, LiveRanking(look=tab.look, name=name, elem_id=f"{name}-live"), lambda shown: shown.live
        ),
    ]
    instruments = _instruments(name) | own
    groups = {"mix": mix, "weights": lambda shown: shown.weights.weights}
    return Stage(name, tab, link.linked, [*question, *answer], instruments, groups)


def _instruments(name: str) -> dict[str, Instrument]:
    watches = f"{name}-sentence"
    atlas = WinnerAtlas(name=name, elem_id=f"{name}-atlas")
    chart = GalleryMap(name=name, elem_id=f"{name}-map")
    chips = WordChips(watches=watches, elem_id=f"{name}-chips")
    places = PlaceMaps(name=name, watches=watches, elem_id=f"{name}-places")
    promise = PromisePanel(elem_id=f"{name}-promise")
    rows = (
        ("closer", copy.LOOK_CLOSER, atlas, "surveyed", "atlas"),
        ("as-a-map", AS_A_MAP, chart, "charted", "chart"),
        ("each-word", copy.EACH_WORD, chips, "read_each", "chips"),
        ("any-answer", copy.WHETHER_ANYTHING, promise, "", "promise"),
        ("where", copy.PLACES, places, "located", "places"),
    )
    return {
        f"{name}-{fold}": Instrument(title, component, event, field)
        for fold, title, component, event, field in rows
    }
