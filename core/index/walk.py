"""The pictures of a folder, and of those in it and linked from it, in one order on every machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from core.errors import DataError
from core.images.files import looks_like_picture
from core.index.manifest import MANIFEST_NAME, is_ours
from core.index.names import fault_of, shown
from core.index.reader import Found
from core.index.writer import Reject
from core.leftovers import is_leftover

# Formats that the door opens, and others that people take for pictures: those are reported, not passed over.
SUFFIXES = frozenset(
    [".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".webp"]
    + [".avif", ".eps", ".ico", ".jp2", ".jxl", ".pdf", ".ppm", ".svg", ".tga", ".tif", ".tiff"]
)
SIGNATURE_BYTES = 16


def find_pictures(
    folder: Path, *, leave_out: Path | None = None, follow_links: bool = True
) -> tuple[list[Found], list[Reject]]:
    """Returns the pictures of a folder and of the folders in it, by name in byte order.

    Leftovers (see `core.leftovers`) and thumbnails of galleries are passed over; a file without an ending is taken
    when it starts as a picture does. A picture is rejected when its name could not be shown or stored, and when
    it is no regular file. No folder is read twice, whatever links lead to it, and no link leads out to a folder in
    which the chosen one lies: whoever chose one folder did not mean all around it.

    Args:
        folder: where to look.
        leave_out: a folder not to enter.
        follow_links: enter linked folders, and take files linked from elsewhere; whoever owns the folder may
            say so, a visitor never does. Otherwise both are rejected.

    Raises:
        DataError: the folder is missing, or no file in it looks like a picture.
    """
    if not folder.is_dir():
        raise DataError(f"{folder.name!r} is not a folder; give a folder of pictures.")
    walk = _Walk(folder.resolve(), leave_out.resolve() if leave_out else None, follow_links)
    walk.all()
    if not walk.pictures and not walk.rejects:
        raise DataError(f"{folder.name!r} holds no pictures; JPEG, PNG, WebP, GIF and BMP are read.")
    walk.pictures.sort(key=lambda picture: os.fsencode(picture.file))
    return walk.pictures, sorted(walk.rejects, key=lambda reject: reject.file)


class _Walk:
    """One look through a folder.

    Args:
        root: the folder itself, without links in its path.
        leave_out: a folder not to enter, likewise.
        follow_links: whether what lies elsewhere is taken.
    """

    def __init__(self, root: Path, leave_out: Path | None, follow_links: bool) -> None:
        self._root, self._leave_out, self._follow = root, leave_out, follow_links
        self._linked: list[Path] = []
        self._entered: set[tuple[int, int]] = set()
        self.pictures: list[Found] = []
        self.rejects: list[Reject] = []

    def all(self) -> None:
        """Looks through the folder, then through what is linked from it, so that real places give the names."""
        self._below(self._root)
        while self._linked:
            self._linked.sort(key=os.fsencode)
            self._below(self._linked.pop(0))

    def _below(self, start: Path) -> None:
        for here, folders, files in os.walk(start, onerror=self._unreadable):
            place = Path(here)
            if not self._enter(place):
                folders.clear()
                continue
            manifest = place / MANIFEST_NAME
            is_bundle = manifest.is_file() and is_ours(manifest.read_bytes())
            folders[:] = [
                name
                for name in folders
                if not is_leftover(name)
                and not (is_bundle and name == "thumbnails")
                and (place / name).resolve() != self._leave_out
            ]
            for name in folders:
                if (place / name).is_symlink():
                    self._link(place / name)
            for name in files:
                if not is_leftover(name) and _may_be_picture(place / name):
                    self._file(place / name)

    def _enter(self, place: Path) -> bool:
        """Tells whether a folder is to be read; it is not when it was read already, by whatever name."""
        try:
            about = place.stat()
        except OSError as error:
            self._reject(place, f"This folder cannot be read ({error.strerror}).")
            return False
        key = (about.st_dev, about.st_ino)
        if key in self._entered:
            self._reject(place, "Not used: it is a link to a folder that is read already.")
            return False
        self._entered.add(key)
        return True

    def _link(self, path: Path) -> None:
        leads_to = path.resolve()
        if not self._follow:
            self._reject(path, "Not used: linked folders are not entered.")
        elif leads_to != self._root and self._root.is_relative_to(leads_to):
            self._reject(path, "Not used: it is a link to a folder in which the chosen one lies.")
        else:
            self._linked.append(path)

    def _file(self, path: Path) -> None:
        name = path.relative_to(self._root).as_posix()
        reason = fault_of(name) or self._kind_fault(path)
        if reason:
            self._reject(path, f"Not used: {reason}.")
        else:
            self.pictures.append(Found(name, path))

    def _kind_fault(self, path: Path) -> str | None:
        """Says why a file is not opened at all, whatever it holds."""
        try:
            leads_to = path.resolve(strict=True)
            mode = leads_to.stat().st_mode
        except (OSError, RuntimeError):
            return "it is a link that leads nowhere, or it cannot be reached"
        if not self._follow and path.is_symlink() and not leads_to.is_relative_to(self._root):
            return "it is a link that leads out of the folder"
        return None if stat.S_ISREG(mode) else "it is not a regular file"

    def _unreadable(self, error: OSError) -> None:
        self._reject(Path(error.filename), f"This folder cannot be read ({error.strerror}).")

    def _reject(self, path: Path, reason: str) -> None:
        self.rejects.append(Reject(shown(path.relative_to(self._root).as_posix()), reason))


def _may_be_picture(path: Path) -> bool:
    """Tells whether a file is worth reporting on: by its ending, or without one by its first bytes."""
    if path.suffix:
        return path.suffix.lower() in SUFFIXES
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as stream:
            return looks_like_picture(stream.read(SIGNATURE_BYTES))
    except OSError:
        return False
