"""What happens in the field-or-road tab, without its layout: one picture or many, two captions, a head, a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from core.errors import BlendscopeError, InputError
from core.task_table import find_task
from core.tasks import field_road
from core.types import Picture
from demo import copy
from demo.answers import field_road as view
from demo.answers.several import Listed, Several
from demo.doors import asked_coverage, asked_picture, band
from demo.events.field_road_places import FieldRoadPlacesEvents
from demo.events.several import SeveralEvents, SeveralFields
from demo.events.tab import NOTHING, OWN
from demo.html import remarks, stale
from demo.services import Example
from demo.widgets import caption_pair
from demo.widgets.band_sliders import BAND, COVERAGE, coverage_view
from demo.widgets.word_chips import FieldWords
from demo.wiring import KEPT, UNTOUCHED, Fields

TASK = find_task("field_road")
WORDS_DIFFER = (
    "In {differ} of the {count} worked examples the captions name another class than the head, which hears no "
    "words."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRoadFields(SeveralFields):
    """The fields of the tab, beside those for several pictures; the last four stand in the panel of one's own head.

    Attributes:
        picture: what is asked about.
        remarks: what is to be said about picture and captions.
        first: the caption of the first class.
        second: that of the second.
        pauses: ask with them when typing has paused.
        low: where the band begins.
        high: where it ends.
        conformal: whether there are sets.
        coverage: of these.
        answer: sentence, strip and verdict.
        described: how what is said of each class fits.
        own: a head of the visitor's own.
        use: whether it is asked instead of the shipped one.
        try_it: a picture to try it on, beside the button.
        own_answer: what it says of it.
    """

    picture: Any = KEPT
    remarks: Any = KEPT
    first: Any = KEPT
    second: Any = KEPT
    pauses: Any = KEPT
    low: Any = KEPT
    high: Any = KEPT
    conformal: Any = KEPT
    coverage: Any = KEPT
    answer: Any = KEPT
    described: Any = KEPT
    own: Any = KEPT
    use: Any = KEPT
    try_it: Any = KEPT
    own_answer: Any = KEPT


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the sliders stand; named as their fields."""

    low: Any = BAND[0]
    high: Any = BAND[1]
    conformal: Any = False
    coverage: Any = COVERAGE

    def read(self) -> tuple[tuple[float, float], float | None]:
        """Returns the band, and the coverage where there are sets.

        Raises:
            InputError: a number cannot be used.
        """
        return band(self.low, self.high), asked_coverage(self.coverage) if self.conformal else None


@dataclass(frozen=True, slots=True)
class FieldRoadSettings(Limits):
    """Everything but the picture; named as the fields that hold it."""

    first: Any = field_road.FIELD_CAPTION
    second: Any = field_road.ROAD_CAPTION
    use: Any = False
    own: Any = None


@dataclass(frozen=True, slots=True)
class Answering:
    """Settings that can be used: who answers, the captions that count, what is said of them, and the sliders."""

    task: field_road.FieldRoadTask
    captions: tuple[str, str]
    notes: tuple[str, ...]
    ends: tuple[float, float]
    coverage: float | None


class FieldRoadEvents(FieldRoadPlacesEvents, SeveralEvents):
    """What happens in this tab; only questions call an encoder: `placed`, `uploaded`, `tried`, `worded`, `switched`,
    `read_each`, `located`, and what shows several pictures.
    """

    row = TASK

    @cached_property
    def questions(self) -> tuple[field_road.FieldRoadEvidence, ...]:
        """The evidence of the worked examples."""
        return tuple(field_road.FieldRoadEvidence.from_json(example.evidence) for example in self.examples)

    @cached_property
    def how_sure(self) -> str:
        """How sure the shipped head is of "neither"."""
        manifest = self.services.manifest(TASK.head)
        return view.how_sure(manifest.details) if manifest else ""

    def opened(self, number: int = 0, conformal: Any = False, coverage: Any = COVERAGE) -> FieldRoadFields:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            low, high = BAND
            return FieldRoadFields(
                picture=None,
                remarks="",
                low=low,
                high=high,
                answer=view.empty() + self.how_sure,
                described="",
                showing=NOTHING,
            )
        evidence, example = self.questions[number], self.examples[number]
        low, high = band_of(example)
        first, second = caption_pair.shown_captions(evidence.captions, None)
        shown = self._shown(evidence, *Limits(low, high, conformal, coverage).read())
        return replace(
            shown,
            picture=str(example.picture) if example.picture else None,
            described=self._described(evidence),
            remarks="",
            first=first,
            second=second,
            low=low,
            high=high,
            use=False,
            own_answer="",
            showing=f"example {number}",
            held=None,
        )

    def placed(self, picture: Any, settings: FieldRoadSettings) -> FieldRoadFields:
        """Answers for a picture that was put into the picture's place; one that cannot be read does not stay there."""
        try:
            return self.ask(picture, self._read(settings))
        except BlendscopeError as error:
            return FieldRoadFields(notice=stale(str(error), mistake=True), picture=None)

    def gone(self) -> FieldRoadFields:
        """Dims the answer of a picture that was taken away."""
        return FieldRoadFields(notice=stale(copy.PICTURE_GONE), showing=NOTHING, held=None)

    def uploaded(self, upload: Any, settings: FieldRoadSettings) -> FieldRoadFields:
        """Answers for a picture that came through a button, and shows it in the picture's place."""
        shown = self.ask(upload, self._read(settings))
        return replace(shown, picture=upload) if isinstance(upload, str) else shown

    def tried(self, try_it: Any, settings: FieldRoadSettings) -> FieldRoadFields:
        """Answers likewise for a picture that was put beside the button of one's own head."""
        return self.uploaded(try_it, settings)

    def worded(self, picture: Any, settings: FieldRoadSettings) -> FieldRoadFields:
        """Answers for other captions."""
        return self.ask(picture, self._read(settings))

    def worded_table(self, rows: Any, settings: FieldRoadSettings) -> Fields:
        """Answers for other captions in the table; a picture that is taken away meanwhile has no part in it."""
        return UNTOUCHED if rows is None else FieldRoadFields(**self.asked_again(rows, settings).given())

    def switched(self, picture: Any, rows: Any, limits: Limits, use: Any, own: Any) -> Fields:
        """Asks another head: one's own with the names of its classes as captions, or the shipped one again."""
        if use and own is None:
            return UNTOUCHED  # the training was stopped or could not be done, and its own notice says why
        names = own.names if use else None
        captions = caption_pair.usual_captions(names)
        first, second = caption_pair.shown_captions(captions, names)
        sliders = (limits.low, limits.high, limits.conformal, limits.coverage)
        settings = FieldRoadSettings(*sliders, *captions, use, own)
        missing = stale(copy.OWN_NEEDS_PICTURE if use else copy.NOTHING_ASKED)
        try:
            shown = (
                self.worded(picture, settings)
                if picture
                else replace(self.gone(), notice=missing, own_answer="")
            )
            shown = replace(shown, **self.asked_again(rows, settings).given())
        except BlendscopeError as error:
            shown = FieldRoadFields(notice=stale(str(error), mistake=True))
        return replace(shown, first=first, second=second)

    def looked_at(self, pictures: Sequence[Picture], settings: FieldRoadSettings) -> Sequence[Any]:
        """Runs the encoders on several pictures."""
        answering = self._read(settings)
        return answering.task.evidence_many(pictures, *answering.captions)

    def listed(self, several: Several, settings: Limits) -> Listed:
        """Returns what is found in several pictures, with a band and a coverage."""
        return view.listed(several, *settings.read())

    def weighed(self, limits: Limits, showing: str, held: Any, rows: Any) -> FieldRoadFields:
        """Answers for another band or coverage, from the evidence alone."""
        ends, coverage = limits.read()
        shown = self._shown(self.question(showing, held), ends, coverage)
        return replace(shown, **self.read_again(rows, limits).given())

    def fixed(self, conformal: Any, coverage: Any) -> FieldRoadFields:
        """Lets the slider of the coverage count only where there are sets."""
        return FieldRoadFields(coverage=coverage_view(conformal, coverage))

    def read_each(self, picture: Any, settings: FieldRoadSettings) -> FieldRoadFields:
        """Shows what each word of the two captions does, for the picture that the page shows."""

        def read() -> list[FieldWords]:
            answering = self._read(settings)
            photo = asked_picture(picture)
            readings = field_road.what_if(answering.task, photo, answering.captions)
            return list(zip(readings, caption_pair.FIELDS, strict=True))

        return FieldRoadFields(chips=view.CAPTIONS_ALONE + self.read_words(read, copy.LOG_ODDS))

    @cached_property
    def overridden(self) -> str:
        """Says in how many of the worked examples the words say otherwise than the head, which hears none."""
        answers = [field_road.answer(evidence, *BAND) for evidence in self.questions]
        differ = sum(answer.agree is False for answer in answers)
        return WORDS_DIFFER.format(differ=differ, count=len(answers)) if answers else ""

    def _read(self, settings: FieldRoadSettings) -> Answering:
        """Returns who answers, the captions, the band and the coverage."""
        own = settings.own
        if settings.use and own is None:
            raise InputError(copy.OWN_PUT_AWAY)
        names = own.names if settings.use else None
        captions, notes = caption_pair.read_captions((settings.first, settings.second), names)
        ends, coverage = settings.read()
        task: field_road.FieldRoadTask = self.task
        if settings.use:
            task = task.with_head(own.head, own.names, _own_name(own))
        return Answering(task, captions, notes, ends, coverage)

    def ask(self, picture: Any, answering: Answering) -> FieldRoadFields:
        photo = asked_picture(picture)
        evidence = answering.task.evidence(photo, *answering.captions)
        notes = remarks((*answering.notes, *photo.notes, *evidence.notes))
        shown = self._shown(evidence, answering.ends, answering.coverage)
        described = self._described(evidence)
        return replace(shown, described=described, remarks=notes, showing=OWN, held=evidence)

    def _described(self, evidence: field_road.FieldRoadEvidence) -> str:
        manifest = self.services.manifest(TASK.head)
        return view.described(evidence, manifest.metrics if manifest else {})

    def _shown(
        self, evidence: field_road.FieldRoadEvidence, ends: tuple[float, float], coverage: float | None
    ) -> FieldRoadFields:
        """Returns the answer with how sure the shipped head is of "neither", or with an own head's sentence beside."""
        answer = view.answer(evidence, ends, coverage)
        if evidence.own:
            return FieldRoadFields(answer=answer, own_answer=view.headline_of(evidence, ends, coverage))
        return FieldRoadFields(answer=answer + self.how_sure, own_answer="")


def _own_name(own: Any) -> str:
    """Returns what an own head is called, by all that makes two of them differ."""
    (first, second), (of_first, of_second) = own.names, own.pictures
    return copy.OWN_NAME.format(
        first=first, second=second, of_first=of_first, of_second=of_second, schedule=own.schedule
    )


def band_of(example: Example) -> tuple[float, float]:
    """Returns where the band's ends stand in a worked example."""
    settings: dict[str, Any] = example.settings
    return band(settings.get("band_low", BAND[0]), settings.get("band_high", BAND[1]))
