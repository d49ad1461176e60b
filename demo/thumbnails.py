"""Where a gallery's pictures are: small ones, whose folder is looked at once an answer, and those that were indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from core.errors import BlendscopeError
from core.index.qdrant_gallery import QdrantGallery
from core.types import Picture
from demo.recent_pictures import recent_picture
from demo.widgets.addresses import static_address

if TYPE_CHECKING:
    from core.index.qdrant_gallery import AnyGallery as Gallery
    from demo.services import Services


def thumbnail(gallery: Gallery, index: int) -> Path | None:
    """Returns the file that shows an item, None when it is gone."""
    return gallery.thumbnail(index)


def gallery_picture(services: Services, gallery: Gallery, index: int) -> tuple[Picture, bool] | None:
    """Returns a picture of a gallery, and whether it is the file that was indexed; None without any.

    Where that file does not lie beside the gallery, or has changed since, it is the small copy.

    Args:
        services: knows where the files lie.
        gallery: the open one.
        index: which item.
    """
    digest, small = gallery.items[index].digest, thumbnail(gallery, index)
    for path in (services.original(index), small):
        try:
            picture = recent_picture(path) if path is not None and path.is_file() else None
        except BlendscopeError:
            continue
        if picture is not None and (path == small or picture.digest == digest):
            return picture, picture.digest == digest
    return None


def thumbnail_addresses(gallery: Gallery, indices: Iterable[int]) -> Mapping[int, str]:
    """Returns where a browser finds the small pictures of some items; "" for those that are gone.

    Args:
        gallery: the open one.
        indices: which items.
    """
    indices = list(indices)
    if not indices:
        return {}
    if gallery.segments is not None:
        if isinstance(gallery, QdrantGallery):
            gallery.fetch_thumbnails(indices)
        return {index: _address(gallery, index) for index in indices}
    folder = _folder(gallery.thumbnails)
    folder.look()
    return {index: folder.address(Path(gallery.items[index].thumbnail).name) for index in indices}


def _address(gallery: Gallery, index: int) -> str:
    """Returns the address of a small picture of a gallery in segments, which is looked at when it is first shown."""
    path = gallery.thumbnail(index)
    if path is None:
        return ""
    return f"{static_address(gallery.thumbnails)}/{path.relative_to(gallery.thumbnails).as_posix()}"


class _Folder:
    """A folder of thumbnails; what was found out about its files holds until the folder changes."""

    def __init__(self, path: Path) -> None:
        self._path, self._address = path, static_address(path)
        self._changed = -1
        self._addresses: dict[str, str] = {}

    def look(self) -> None:
        """Forgets all when a file has come or gone since the last look."""
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            changed = -1
        if changed != self._changed or changed == -1:
            self._changed, self._addresses = changed, {}

    def address(self, name: str) -> str:
        """Returns the address of a file, "" when it is gone."""
        if name not in self._addresses:
            here = (self._path / name).is_file()
            self._addresses[name] = f"{self._address}/{quote(name)}" if here else ""
        return self._addresses[name]


@lru_cache(maxsize=8)
def _folder(path: Path) -> _Folder:
    return _Folder(path)
