"""Where a public data set comes from, and how its files are found: what is missing is named with its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError


@dataclass(frozen=True, slots=True)
class Source:
    """A public data set as people find it.

    Attributes:
        name: as its authors call it.
        page: the official page, without https://.
        terms: half a sentence on what must be done to get it.
    """

    name: str
    page: str
    terms: str

    def __str__(self) -> str:
        return f"{self.name} comes from {self.page} ({self.terms})"

    def missing(self, folder: Path, what: str) -> DataError:
        """Returns the error for something that the folder lacks.

        Args:
            folder: the data folder, as the person gave it.
            what: what it lacks, such as "captions/cap.rc2.val.json".
        """
        state = "has no" if folder.is_dir() else "does not exist; give one that holds"
        return DataError(f"The data folder {str(folder)!r} {state} {what}; {self}.")

    def file(self, folder: Path, names: Sequence[str]) -> Path:
        """Returns the first of some files that is there, as it is or gzipped.

        Args:
            folder: the data folder.
            names: the official place first, then others where people keep it.

        Raises:
            DataError: none of them is there; the message names the first.
        """
        for name in names:
            for path in (folder / name, folder / f"{name}.gz"):
                if path.is_file():
                    return path
        raise self.missing(folder, names[0])

    def picture(self, folder: Path, paths: Iterable[Path]) -> Path:
        """Returns the first of some places where a picture lies.

        Raises:
            DataError: it lies in none of them; the message names the first.
        """
        places = list(paths)
        for path in places:
            if path.is_file():
                return path
        raise self.missing(folder, f"picture {places[0].relative_to(folder).as_posix()}")
