"""A picture upload that hands the file over untouched, so that only our own door ever decodes it."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.data_classes import FileData, ImageData, ListFiles

from core.errors import InputError
from core.settings import ASSETS
from demo.copy import NO_FETCHING, PUT_AWAY
from demo.uploads import is_folder, is_upload, lies_in

ADDRESS = ("http://", "https://")


class FilesAlone(Block):
    """What takes uploaded files and refuses addresses, so that the server fetches nothing for anybody.

    It stands behind gradio's own class among the bases, for gradio calls a component by the first of them.
    """

    async def async_move_resource_to_block_cache(self, url_or_file_path: str | Path | None) -> str | None:
        """Returns where an uploaded file lies in the cache.

        Raises:
            InputError: an address was given instead of a picture.
        """
        refuse_address(url_or_file_path)
        path: str | None = await super().async_move_resource_to_block_cache(url_or_file_path)
        return path


class PictureInput(gr.Image, FilesAlone):
    """`gr.Image(type="filepath", image_mode=None)` without gradio's own decoding.

    Gradio opens every picture with all the formats that Pillow knows, and decodes data URLs by itself; here
    a file stays a path and a data URL becomes bytes, both for `core.images.open_picture`.
    """

    is_template = True

    def preprocess(self, payload: ImageData | None) -> str | bytes | None:
        """Returns the uploaded file's path, the bytes of a data URL, or None without a picture.

        Raises:
            InputError: the data URL is damaged, or there is neither path nor data.
        """
        if payload is None:
            return None
        if payload.url and payload.url.startswith("data:"):
            return data_bytes(payload.url)
        if not payload.path:
            raise InputError("The picture is missing; send it as an uploaded file.")
        return str(payload.path)


class PictureButton(gr.UploadButton, FilesAlone):
    """A button that uploads one picture, for our own door."""

    is_template = True

    def preprocess(self, payload: FileData | None) -> str | None:
        """Returns the uploaded file's path, whatever its name ends in: our door looks at what it holds."""
        return None if payload is None else str(payload.path)


class PictureFiles(gr.File, FilesAlone):
    """A drop zone for several pictures, for our own door."""

    is_template = True

    def preprocess(self, payload: ListFiles | None) -> list[str] | None:
        """Returns the uploaded files' paths, whatever their names end in: our door looks at what they hold."""
        return None if payload is None else [str(file.path) for file in payload]


def refuse_address(source: object) -> None:
    """Lets uploaded files pass.

    Raises:
        InputError: an address was given instead of a picture.
    """
    if str(source).strip().lower().startswith(ADDRESS):
        raise InputError(NO_FETCHING)


def names_file(value: object) -> bool:
    """Tells whether a part of an input is an object that names a file, whatever else it says."""
    return isinstance(value, dict) and bool(value.get("path"))


def refuse_foreign(path: object) -> None:
    """Lets uploads and the pictures that come with the project pass.

    Raises:
        InputError: it is an address, another file of this machine, a folder, or none.
    """
    refuse_address(path)
    # Gradio would note a folder among the files that it removes after an hour, and fail at it there, once for all.
    if not isinstance(path, str) or not (is_upload(path) or lies_in(path, ASSETS)) or is_folder(path):
        raise InputError(PUT_AWAY)


def data_bytes(url: str) -> bytes:
    """Returns the bytes in a base64 data URL.

    Raises:
        InputError: it is not base64.
    """
    head, _, body = url.partition(",")
    if not head.endswith(";base64"):
        raise InputError("The picture's data URL is not base64; send the picture as an uploaded file.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InputError("The picture's data URL is damaged; send the picture as an uploaded file.") from None


def picture_input(label: str, **options: Any) -> PictureInput:
    """Returns an upload for one picture.

    Args:
        label: what the picture is for.
        **options: as `gr.Image` takes them.
    """
    options = {"sources": ["upload", "clipboard"]} | options
    return PictureInput(label=label, type="filepath", image_mode=None, **options)


def picture_button(label: str, **options: Any) -> PictureButton:
    """Returns a button that uploads one picture.

    Args:
        label: what stands on it.
        **options: as `gr.UploadButton` takes them.
    """
    return PictureButton(label, type="filepath", file_types=["image"], size="sm", **options)


def picture_files(label: str, **options: Any) -> PictureFiles:
    """Returns a drop zone for several pictures.

    Args:
        label: what the pictures are for.
        **options: as `gr.File` takes them.
    """
    return PictureFiles(label=label, file_count="multiple", type="filepath", file_types=["image"], **options)
