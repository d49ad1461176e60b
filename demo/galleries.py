"""The galleries of the two retrieval tabs: the one that ships, or one's own, as the models in use describe it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from core.errors import ArtifactError
from core.index.bundle import check_models, open_bundle
from core.index.manifest import MANIFEST_NAME
from core.settings import Settings
from demo.parts import Part

if TYPE_CHECKING:
    from core.index.bundle import Gallery
    from core.tasks.gallery import GalleryEncoders

SHIPPED_PICTURES = "shop"


class Galleries:
    """Opens galleries, and makes them where that is needed.

    Args:
        settings: which gallery was asked for, and where those made here are kept.
        assets: where the gallery that ships lies.
        encoders: gives what describes pictures; called when it is needed.

    Attributes:
        progress: how far a gallery is that is being made, "" when none is.
    """

    def __init__(self, settings: Settings, assets: Path, encoders: Callable[[], GalleryEncoders]) -> None:
        self._settings, self._assets, self._encoders = settings, assets / "galleries", encoders
        self._shown: Part[Gallery] = Part(self._open)
        self._searched: dict[Path, Part[Gallery]] = {}
        self.progress = ""

    def shown(self) -> Gallery:
        """Returns the gallery that the page shows; no model is needed for the one that ships, nor for a bundle."""
        return self._shown.get()

    def searched(self) -> Gallery:
        """Returns the same gallery with the vectors of the models in use.

        The gallery that ships holds those of the pocket profile; for other models its pictures are encoded once more.

        Raises:
            ArtifactError: other models made it.
        """
        gallery, models = self.shown(), self._encoders().models
        if self._settings.gallery is None and dict(gallery.models) != dict(models):
            out = self._place_of(self._assets / SHIPPED_PICTURES, models)
            return self._searched.setdefault(out, Part(lambda: self._encoded_again(out))).get()
        check_models(gallery.models, models, gallery.title)
        return gallery

    def _encoded_again(self, out: Path) -> Gallery:
        if not (out / MANIFEST_NAME).is_file():
            self._make(self._assets / SHIPPED_PICTURES, out)
        return open_bundle(out)

    def _open(self) -> Gallery:
        chosen = self._settings.gallery
        path = chosen if chosen is not None else self._shipped()
        if chosen is not None and not (chosen / MANIFEST_NAME).is_file():
            path = self._place_of(chosen, self._encoders().models)
            self._make(chosen, path)
        gallery = open_bundle(path)
        gr.set_static_paths([gallery.thumbnails])
        return gallery

    def _shipped(self) -> Path:
        for manifest in sorted(self._assets.glob(f"*/{MANIFEST_NAME}")):
            return manifest.parent
        raise ArtifactError("The gallery that ships with Blendscope is missing; make it with `make assets`.")

    def _place_of(self, folder: Path, models: Mapping[str, str]) -> Path:
        """Returns where the gallery of a folder, as these models describe it, is kept."""
        name = hashlib.sha256(f"{folder.resolve()} {sorted(models.items())}".encode()).hexdigest()[:16]
        return self._settings.cache / "galleries" / self._settings.profile / name

    def _make(self, folder: Path, out: Path) -> None:
        from core.tasks.gallery import build_gallery

        def told(done: int, total: int) -> None:
            self.progress = f"reading picture {done} of {total} of the gallery"

        try:
            build_gallery(folder, out, encoders=self._encoders(), progress=told)
        finally:
            self.progress = ""
