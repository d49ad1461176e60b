"""The galleries of the two retrieval tabs: the one that ships, or one's own, as the models in use describe it."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ArtifactError, CapacityError
from core.index.bundle import check_models, open_bundle
from core.index.manifest import MANIFEST_NAME
from core.listening import overheard
from core.pace import Pace
from core.qdrant_place import QdrantPlace
from core.settings import Settings
from demo.lazy_value import LazyValue

if TYPE_CHECKING:
    from core.contracts import Models
    from core.index.bundle import Gallery
    from core.index.qdrant_gallery import AnyGallery

log = logging.getLogger(__name__)
SHIPPED_PICTURES = "shop"


class Galleries:
    """Opens galleries, and makes them where that is needed.

    Args:
        settings: which gallery was asked for, and where those made here are kept.
        assets: where the gallery that ships lies.
        models: gives the models in use; called when they are needed.
        opened: the chosen bundle, when the start opened it already; all of it was verified then.

    Attributes:
        progress: how far a gallery is that is being made, "" when none is.
    """

    def __init__(
        self, settings: Settings, assets: Path, models: Callable[[], Models], opened: AnyGallery | None = None
    ) -> None:
        self._opened = opened
        self._settings, self._assets, self._models = settings, assets / "galleries", models
        self._shown: LazyValue[AnyGallery] = LazyValue(self._open)
        self._bundles: dict[Path, LazyValue[Gallery]] = {}
        self.progress = ""

    def shown(self) -> AnyGallery:
        """Returns the gallery that the page shows; no model is needed for the one that ships, nor for a bundle."""
        return self._shown.get()

    def searched(self, task: str) -> AnyGallery:
        """Returns the same gallery with the vectors of the models that a task uses.

        The gallery that ships holds those of the pocket profile; for other models its pictures are encoded once more,
        and so are those of a folder, when a model has come since.

        Args:
            task: a name of `core.task_table.TASKS`.

        Raises:
            ArtifactError: the chosen bundle was made by other models, or the folder has changed since it was read.
        """
        needed, gallery = self._models().gallery_models(task), self.shown()
        if needed.items() <= gallery.models.items():
            return gallery
        folder = self._folder()
        if folder is None:
            check_models(gallery.models, needed, gallery.title, self._settings.profile)
        described = self._described(folder or self._assets / SHIPPED_PICTURES)
        same = len(described) == len(gallery)
        if not same or any(a.id != b.id for a, b in zip(described.items, gallery.items, strict=True)):
            raise ArtifactError(
                "The pictures of the gallery have changed since it was opened; start the app again."
            )
        return described

    def original(self, index: int) -> Path | None:
        """Returns the file that a picture of the shown gallery was made from, None when that is not known.

        Args:
            index: the picture's place in the gallery.
        """
        folder = self._folder()
        path = None if folder is None else folder / self.shown().items[index].file
        return path if path is not None and path.is_file() else None

    def _folder(self) -> Path | None:
        """Returns the folder of pictures that the gallery is made of, None for a bundle of somebody's own."""
        chosen = self._settings.gallery
        if chosen is None:
            return self._assets / SHIPPED_PICTURES
        if isinstance(chosen, QdrantPlace):
            return None
        return None if (chosen / MANIFEST_NAME).is_file() else chosen

    def _described(self, folder: Path) -> Gallery:
        """Returns the gallery of a folder, described by all models that are here; it is made once for these."""
        out = self._place_of(folder, self._models().gallery_encoders().models)
        return self._bundles.setdefault(out, LazyValue(lambda: self._making(folder, out))).get()

    def _making(self, folder: Path, out: Path) -> Gallery:
        # What ships does not change; a folder may have since its gallery was made, which costs its new pictures.
        if folder == self._settings.gallery or not (out / MANIFEST_NAME).is_file():
            self._make(folder, out)
        # Where it is kept has a name that tells nobody anything.
        return replace(self._opened_at(out), title=folder.resolve().name)

    def _open(self) -> AnyGallery:
        chosen, folder = self._settings.gallery, self._folder()
        if chosen is not None and folder is not None:
            gallery: AnyGallery = self._described(folder)
        else:
            gallery = self._opened or self._chosen()
        from gradio import set_static_paths  # this imports all of gradio

        set_static_paths([gallery.thumbnails])
        return gallery

    def _chosen(self) -> AnyGallery:
        chosen = self._settings.gallery
        if isinstance(chosen, QdrantPlace):
            from core.index.qdrant_gallery import open_collection

            return open_collection(chosen)
        return self._opened_at(chosen or self._shipped())

    def _opened_at(self, bundle: Path) -> Gallery:
        return open_bundle(bundle, engine=self._settings.index)

    def _shipped(self) -> Path:
        for manifest in sorted(self._assets.glob(f"*/{MANIFEST_NAME}")):
            return manifest.parent
        raise ArtifactError("The gallery that ships with Blendscope is missing; make it with `make assets`.")

    def _place_of(self, folder: Path, models: Mapping[str, str]) -> Path:
        """Returns where the gallery of a folder, as these models describe it, is kept."""
        # A folder's name may hold bytes that are no letters.
        named = os.fsencode(folder.resolve()) + f" {sorted(models.items())}".encode()
        name = hashlib.sha256(named).hexdigest()[:16]
        return self._settings.cache / "galleries" / self._settings.profile / name

    def _make(self, folder: Path, out: Path) -> None:
        from core.index.build import build_gallery

        shards, pace = "", Pace()

        def reading(done: int, total: int) -> None:
            nonlocal shards
            pace.note(done)
            so_far = f"reading picture {done} of {total} of the gallery"
            self.progress = shards = ", ".join(filter(None, (so_far, pace.sentence(total, "pictures"))))

        def within(count: float, what: str) -> None:
            self.progress = f"{shards}: {count:g} {what}"

        def waiting(holder: str) -> None:
            self.progress = (
                f"waiting for another program (process {holder}), which reads these pictures already"
            )

        try:
            encoders = self._models().gallery_encoders()
            with overheard(within):
                build_gallery(folder, out, encoders=encoders, progress=reading, waiting=waiting)
        except CapacityError as error:
            if not isinstance(error.__cause__, OSError):
                raise
            log.warning("The gallery of %s is kept in %s: %s", folder, out, error)
            raise CapacityError(
                f"The gallery of {folder.name!r} cannot be kept in the cache folder of this app "
                f"({error.__cause__.strerror or 'it cannot be written'}). "
                "Start it with BLENDSCOPE_CACHE set to a folder that can be written."
            ) from error
        finally:
            self.progress = ""
