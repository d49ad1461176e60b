"""What happens in every tab that answers for several pictures at once: files or a folder, labels, judgements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import InputError
from core.instruments.trusted import JUDGEMENTS
from core.plurals import counted
from core.types import Picture
from demo.answers.several import Listed, PictureRow, Several, table_html, trust_html
from demo.doors import asked_picture
from demo.events.tab import TabEvents, WordedFields
from demo.uploads import is_upload
from demo.widgets.addresses import data_address
from demo.widgets.folder_upload import MOST_PICTURES
from demo.widgets.picture_table import THUMBNAIL
from demo.widgets.trust_charts import chart_update, reliability_figure, risk_figure
from demo.wiring import KEPT

TOGETHER = 16
"""Pictures that are in memory at a time."""
LONGEST_NAME = 300
FOLDER_READ = "{taken} of this folder."
FOLDER_TAKEN = "{taken} of the {all:,} in this folder."
NO_UPLOADS = "These pictures were not uploaded here, or they were put away; choose them again."
SEVERAL_PUT_AWAY = "These pictures were put away, as all are after an hour; choose them again."
NO_SUCH_LABEL = "There is no label “{label}”; choose one of {labels}, or none."
NO_SUCH_JUDGEMENT = "A judgement is wrong, also right or unclear, of what was said of a picture in the list."
_TOKENS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralFields(WordedFields):
    """The fields of a tab that answers for several pictures at once, beside those of every tab with words.

    Attributes:
        files: several pictures at once.
        folder: a whole folder of them.
        rows: what was found for them, and what their visitor said of them.
        table: the same for people.
        trust: how far each judge can be trusted on those whose label is known.
        reliability: a chart of that.
        risk: another one.
    """

    files: Any = KEPT
    folder: Any = KEPT
    rows: Any = KEPT
    table: Any = KEPT
    trust: Any = KEPT
    reliability: Any = KEPT
    risk: Any = KEPT


class SeveralEvents(TabEvents):
    """What happens with several pictures; only `many`, `foldered` and `fewer` call an encoder."""

    if (
        TYPE_CHECKING
    ):  # each tab has its own: runs the encoders on some pictures, and says what it found of all

        def looked_at(self, pictures: Sequence[Picture], settings: Any) -> Sequence[Any]: ...
        def listed(self, several: Several, settings: Any) -> Listed: ...

    def many(self, files: Any, settings: Any) -> SeveralFields:
        """Answers for several pictures; those that cannot be read are listed with the reason."""
        named = [(str(path), Path(str(path)).name) for path in files or ()]
        return replace(self.read_anew(named, settings), folder="")

    def foldered(self, settings: Any, event: gr.EventData) -> SeveralFields:
        """Answers likewise for the pictures of a folder."""
        named = _uploads(getattr(event, "files", None))
        shown = self.read_anew(named, settings)
        every, count = getattr(event, "all", None), counted(len(named), "picture")
        more = type(every) is int and every > len(named)
        words = FOLDER_TAKEN.format(taken=count, all=every) if more else FOLDER_READ.format(taken=count)
        return replace(shown, files=None, folder=words)

    def fewer(self, files: Any, settings: Any) -> SeveralFields:
        """Answers for the pictures that are left when one was taken away."""
        return self.many(files, settings) if files else self.cleared()

    def cleared(self) -> SeveralFields:
        """Empties the table."""
        put_away = chart_update(None)
        return SeveralFields(rows=None, table="", trust="", reliability=put_away, risk=put_away)

    def judged(self, rows: Any, settings: Any, event: gr.EventData) -> SeveralFields:
        """Takes labels and judgements, all of them each time, and says how far each judge can be trusted."""
        if rows is None:
            raise InputError(SEVERAL_PUT_AWAY)
        before = self.listed(rows, settings)
        told = _told(getattr(event, "told", None), rows, before.labels)
        judged = _judged(getattr(event, "judged", None), rows, before.labels)
        several = replace(rows, told=told, judged=judged)
        shown = self.read_again(several, settings)
        # The page has its own choices in it, so that only other labels change its list.
        return shown if told != rows.told else replace(shown, table=KEPT)

    def read_anew(self, named: Sequence[tuple[str, str]], settings: Any) -> SeveralFields:
        """Runs the encoders on pictures, and shows what was found.

        Args:
            named: where each lies, and its name.
            settings: of the tab.

        Raises:
            InputError: there is no picture, or there are too many.
        """
        several = Several(f"{next(_TOKENS)}", self._rows(named, settings))
        return self.read_again(several, settings)

    def asked_again(self, several: Several | None, settings: Any) -> SeveralFields:
        """Runs the encoders on the same pictures with other settings; what the visitor said of them stays."""
        if several is None:
            return self.cleared()
        rows = self._rows([(row.path, row.name) for row in several.rows], settings)
        return self.read_again(replace(several, rows=rows), settings)

    def read_again(self, several: Several | None, settings: Any) -> SeveralFields:
        """Shows what was found, with other settings that need no encoder; nothing where it was put away."""
        if several is None:
            return self.cleared()
        listed = self.listed(several, settings)
        found = listed.trusted(several)
        kinds = listed.kinds_of(found)
        return SeveralFields(
            rows=several,
            table=table_html(listed, several),
            trust=trust_html(listed, several, found),
            reliability=chart_update(reliability_figure(found, kinds, len(listed.labels)) if found else None),
            risk=chart_update(risk_figure(found, kinds) if found else None),
        )

    def _rows(self, named: Sequence[tuple[str, str]], settings: Any) -> tuple[PictureRow, ...]:
        if not named:
            raise InputError("Add one picture or more.")
        if len(named) > MOST_PICTURES:
            raise InputError(f"{len(named)} pictures are too many at once; add at most {MOST_PICTURES}.")
        rows: list[PictureRow] = []
        for start in range(0, len(named), TOGETHER):
            rows += self._some_rows(named[start : start + TOGETHER], settings)
        return tuple(rows)

    def _some_rows(self, named: Sequence[tuple[str, str]], settings: Any) -> list[PictureRow]:
        opened = [_opened(path) for path, _ in named]
        pictures = [picture for picture in opened if isinstance(picture, Picture)]
        evidence = iter(self.looked_at(pictures, settings) if pictures else [])
        return [
            PictureRow(name, path, data_address(picture, THUMBNAIL), next(evidence))
            if isinstance(picture, Picture)
            else PictureRow(name, path, refusal=picture)
            for (path, name), picture in zip(named, opened, strict=True)
        ]


def _opened(path: str) -> Picture | str:
    """Returns the picture, or why it cannot be read."""
    try:
        return asked_picture(path)
    except InputError as error:
        return str(error)


def _uploads(files: Any) -> list[tuple[str, str]]:
    """Returns where each picture of a folder lies, and its name.

    Raises:
        InputError: they are no uploads of this page.
    """
    pairs: list[Any] = files if isinstance(files, list) else [None]
    for pair in pairs:
        fine = isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
        if not fine or len(pair[1]) > LONGEST_NAME or not is_upload(pair[0]):
            raise InputError(NO_UPLOADS)
    return [(path, name) for path, name in pairs]


def _told(said: Any, several: Several, labels: Sequence[str]) -> dict[int, str]:
    """Returns number of a picture -> the label that was chosen, "" for none.

    Raises:
        InputError: there is no such picture, or no such label.
    """
    told = {}
    for number, label in _entries(said, 2, several):
        if label not in ("", *labels):
            shown = ", ".join(labels[:2]) + (f" and {len(labels) - 2:,} more" if len(labels) > 2 else "")
            raise InputError(NO_SUCH_LABEL.format(label=label[:40], labels=shown))
        told[number] = label
    return told


def _judged(said: Any, several: Several, labels: Sequence[str]) -> dict[tuple[int, str], str]:
    judged = {}
    for number, label, judgement in _entries(said, 3, several):
        if label not in labels or judgement not in JUDGEMENTS:
            raise InputError(NO_SUCH_JUDGEMENT)
        judged[(number, label)] = judgement
    return judged


def _entries(said: Any, length: int, several: Several) -> list[Any]:
    """Returns entries that begin with the number of a picture and go on with text."""
    entries = said if isinstance(said, list) else []
    for entry in entries:
        fine = isinstance(entry, list) and len(entry) == length and type(entry[0]) is int
        if (
            not fine
            or not 0 <= entry[0] < len(several.rows)
            or any(type(word) is not str for word in entry[1:])
        ):
            raise InputError(NO_SUCH_JUDGEMENT)
    return entries
