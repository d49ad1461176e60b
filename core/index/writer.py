"""Publishing a bundle: data files first, each called by its content; then the manifest, in one step."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.errors import ArtifactError, DataError
from core.folders import sync_folder
from core.index.base import checked_rows
from core.index.clearing import Kept, data_folders, kept_by, remove_all_but
from core.index.items import Item, items_from_bytes, items_to_bytes
from core.index.manifest import MANIFEST_NAME, BundleManifest, is_ours, parsed, rendered
from core.index.names import beside_others, digest_in
from core.index.picture_map import PictureMap, maps_to_pieces
from core.index.vector_file import pieces_of
from core.store import sha256_of, write_atomically

REJECTS_NAME = "rejects.jsonl"


@dataclass(frozen=True, slots=True)
class Reject:
    """A picture that a build could not use.

    Attributes:
        file: its name relative to the folder, on one line.
        reason: one sentence.
    """

    file: str
    reason: str


class FolderWriter(ABC):
    """Writes one gallery; nothing that an older one in the same folder needs is touched before the last step.

    Args:
        out: the gallery's folder; made if need be.

    Raises:
        DataError: the folder holds a manifest.json of something else, which publishing would replace.
    """

    def __init__(self, out: Path) -> None:
        self.out, self._title = out, out.resolve().name
        check_place(out)

    @staticmethod
    @abstractmethod
    def small_name(digest: str) -> str:
        """Returns what a thumbnail is called, by its SHA-256."""

    def add_thumbnail(self, data: bytes) -> str:
        """Writes a WebP file unless it is there already, and returns its name relative to the gallery."""
        digest = hashlib.sha256(data).hexdigest()
        name = self.small_name(digest)
        write_named(self.out, name, [data], digest)
        return name

    def _check_present(self, names: Iterable[str]) -> None:
        for name in names:
            if not (self.out / name).is_file():
                raise ArtifactError(f"The file {name} was not added before the gallery was published.")


class BundleWriter(FolderWriter):
    """Writes a gallery that is read whole."""

    small_name = staticmethod(beside_others)

    def publish(
        self,
        *,
        items: Sequence[Item],
        vectors: Mapping[str, np.ndarray],
        constants: Mapping[str, float],
        models: Mapping[str, str],
        rejects: Sequence[Reject] = (),
        maps: Mapping[str, PictureMap] = MappingProxyType({}),
    ) -> None:
        """Makes this the bundle that readers find.

        Args:
            items: the pictures; their thumbnails were added before.
            vectors: name -> (n, d) unit rows in the order of the items.
            constants: name -> number, all six of `core.index.manifest.CONSTANTS`.
            models: role -> id of the models that made it.
            rejects: what could not be used; written to rejects.jsonl as a report.
            maps: name of a vector set -> its map, where there is one.

        Raises:
            ArtifactError: items, vectors, thumbnails, maps or constants don't make a gallery that could be opened.
            OSError: the folder cannot be written; what was there before is still whole.
        """
        rows = {name: checked_rows(array, name) for name, array in sorted(vectors.items())}
        listed = items_to_bytes(items)
        items_from_bytes(listed, count=len(items), bundle=self._title)
        contents: dict[str, Sequence[bytes | memoryview]] = {"items": [listed], "vectors": pieces_of(rows)}
        if maps:
            contents["maps"] = maps_to_pieces(maps)
        digests = {kind: _sha256(pieces) for kind, pieces in contents.items()}
        endings = {"items": "jsonl", "vectors": "safetensors", "maps": "safetensors"}
        names = {kind: f"{kind}-{digest}.{endings[kind]}" for kind, digest in digests.items()}
        manifest = BundleManifest(
            count=len(items),
            models=dict(models),
            constants=dict(constants),
            shapes={name: list(array.shape) for name, array in rows.items()},
            files={item.thumbnail: _digest_of(item.thumbnail) for item in items}
            | {names[kind]: digests[kind] for kind in names},
            items=names["items"],
            vectors=names["vectors"],
            rejected=len(rejects),
            maps={name: each.about() for name, each in maps.items()},
            places=names.get("maps", ""),
        )
        data = rendered(manifest)
        parsed(data, self._title)  # what a reader would refuse is never published
        before = kept_by(self.out)
        for kind, name in names.items():
            write_named(self.out, name, contents[kind], digests[kind])
        self._check_present(manifest.files)
        publish_manifest(self.out, data, rejects, before)


def check_place(out: Path) -> None:
    """Checks that a bundle may be written into a folder, which need not exist.

    Raises:
        DataError: it is a file, or holds a manifest.json or thumbnails that are not a gallery's.
    """
    manifest = out / MANIFEST_NAME
    if out.exists() and not out.is_dir():
        raise DataError(f"{out.name!r} is a file; give a new folder for the gallery.")
    if manifest.exists() and not (manifest.is_file() and is_ours(manifest.read_bytes())):
        raise DataError(f"{out.name!r} holds a {MANIFEST_NAME} of something else; give a new folder.")


def write_named(out: Path, name: str, pieces: Sequence[bytes | memoryview], digest: str) -> None:
    """Writes a file of a bundle that is called by its content, unless it is there already."""
    path = out / name
    if not (path.is_file() and sha256_of(path) == digest):
        write_atomically(path, *pieces)


def publish_manifest(out: Path, data: bytes, rejects: Sequence[Reject], before: Kept) -> None:
    """Makes a bundle, whose files are there, the one that readers find, and clears what is of no use any more.

    Args:
        out: the bundle.
        data: bytes of its manifest.json.
        rejects: what could not be used.
        before: what the bundle before this one needs. It may still be on a page, so that stays until the next build.
    """
    write_atomically(out / REJECTS_NAME, _report(rejects))
    _sync_folders(out)
    write_atomically(out / MANIFEST_NAME, data)
    sync_folder(out)
    remove_all_but(out, before, kept_by(out))


def _sha256(pieces: Iterable[bytes | memoryview]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _digest_of(name: str) -> str:
    digest = digest_in(name)
    if digest is None:
        raise ArtifactError(f"A bundle has no file called {name!r}; add thumbnails with `add_thumbnail`.")
    return digest


def _report(rejects: Sequence[Reject]) -> bytes:
    return "".join(json.dumps(asdict(reject), ensure_ascii=False) + "\n" for reject in rejects).encode()


def _sync_folders(out: Path) -> None:
    """Makes the names of new files survive a loss of power, where the system can."""
    for folder in data_folders(out):
        sync_folder(folder)
