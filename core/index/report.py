"""What a build of a gallery did, for whoever started it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.index.names import shown
from core.index.writer import Reject
from core.plurals import agreeing, counted

TOLERATED_REJECTS = 0.01
EXIT_MANY_REJECTS = 3
NAMED = 5


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        pictures: how many are in the gallery.
        rejects: what could not be used, also in the bundle's rejects.jsonl.
        taken_over: how many pictures of the folder an earlier build had encoded, be it whole or cut off.
        encoded: how many the models described now; copies of one file count once.
        seconds: time spent reading, encoding and writing.
        table: name of the file that gave titles, "" when there is none.
        titled: how many pictures have their title from it.
        unfitting: files that it names and that are not in the gallery.
    """

    pictures: int
    rejects: tuple[Reject, ...]
    taken_over: int
    seconds: Mapping[str, float]
    encoded: int = 0
    table: str = ""
    titled: int = 0
    unfitting: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 when more than 1 % of the pictures could not be used, else 0."""
        total = self.pictures + len(self.rejects)
        return EXIT_MANY_REJECTS if len(self.rejects) > TOLERATED_REJECTS * total else 0

    def sentences(self) -> list[str]:
        """Returns what a person should know beside the number of pictures: what was taken over, and titles."""
        were = agreeing(self.taken_over, "was", "were")
        lines = [f"{self.taken_over} {were} encoded before, {self.encoded} now."] if self.taken_over else []
        if not self.table:
            return lines
        comes = agreeing(self.titled, "comes", "come")
        where = "" if self.titled else "; they are read from its column “title”"
        lines.append(f"{counted(self.titled, 'title')} {comes} from {self.table}{where}.")
        if self.unfitting:
            lines.append(self.lost_rows())
        return lines

    def timings(self) -> str:
        """Says how long each stage took, such as "read 0.2 s, encode 3.1 s, write 0.1 s"."""
        return ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in self.seconds.items())

    def lost_rows(self) -> str:
        """Says which rows of the table are of no use, the first of them by name."""
        rows, fit = counted(len(self.unfitting), "row"), agreeing(len(self.unfitting), "fits", "fit")
        more = f" and {len(self.unfitting) - NAMED} more" if len(self.unfitting) > NAMED else ""
        return (
            f"{rows} of {self.table} {fit} no picture of the gallery: "
            f"{', '.join(map(shown, self.unfitting[:NAMED]))}{more}."
        )
