"""A batch of pictures on its way into a gallery: read, made small, described, here or on another machine alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from core.contracts import GalleryEncoders
from core.errors import ArtifactError, CapacityError, InputError
from core.images import open_picture, thumbnail
from core.index.base import checked_rows
from core.index.reader import Found
from core.index.shards import PictureFacts
from core.lookahead import ahead
from core.plurals import counted
from core.types import EncodedPictures, Picture

SHARD_SIZE = 32
"""How many files make a batch; those that are no pictures are left out of it, and no others take their places."""
PICTURES_AHEAD = 16
"""How many pictures threads may have ready before they are needed."""

New = tuple[int, Found, str]
"""Number in the folder, from 1, file and digest of a picture that is to be encoded."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPicture:
    """A picture as it is read.

    Attributes:
        number: its place in the folder, from 1.
        file: relative to the folder.
        digest: that the file was seen to have.
        picture: None when it cannot be used.
        small: its thumbnail.
        refused: why it cannot be used.
        changed: whether the file holds something else by now.
    """

    number: int
    file: str
    digest: str
    picture: Picture | None = None
    small: bytes = b""
    refused: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class DescribedPicture(PictureFacts):
    """The same as it comes back, with the small copy itself.

    Attributes:
        small: the thumbnail.
    """

    small: bytes


@dataclass(frozen=True, slots=True, eq=False)
class EncodedBatch:
    """A batch of files as it comes back.

    Attributes:
        last: highest number of them in the folder.
        pictures: the n that could be used.
        vectors: name -> (n, d) unit rows.
        refused: digest -> why it could not.
        changed: files that hold something else by now.
        seconds: spent reading and encoding.
    """

    last: int
    pictures: tuple[DescribedPicture, ...]
    vectors: Mapping[str, np.ndarray]
    refused: Mapping[str, str]
    changed: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


Encode = Callable[[Iterator[New]], AbstractContextManager[Iterator[EncodedBatch]]]
"""Encodes pictures in batches, in any order."""


def read_picture(new: New, source: Path | bytes) -> ReadPicture:
    """Opens a picture and makes its thumbnail.

    Args:
        new: which one.
        source: its file, or the bytes of it.
    """
    number, item, digest = new
    try:
        picture = open_picture(source)
        if picture.digest != digest:
            sentence = "The file changed while it was read; build again."
            return ReadPicture(number, item.file, digest, refused=sentence, changed=True)
        return ReadPicture(number, item.file, digest, picture, thumbnail(picture))
    except (InputError, CapacityError) as error:
        return ReadPicture(number, item.file, digest, refused=str(error))


def encode_batch(batch: Sequence[ReadPicture], encoders: GalleryEncoders) -> EncodedBatch:
    """Describes what could be used of a batch of at least one.

    Raises:
        ArtifactError: the models cannot be read, or gave what cannot be searched; the sentence names the picture.
    """
    start = time.perf_counter()
    usable = [(row, row.picture) for row in batch if row.picture is not None]
    encoded = EncodedPictures([], {})
    if usable:
        encoded = _checked(
            _described([picture for _, picture in usable], encoders), [row.file for row, _ in usable]
        )
    pictures = tuple(
        DescribedPicture(picture.digest, *picture.original_size, caption, row.small)
        for (row, picture), caption in zip(usable, encoded.captions, strict=True)
    )
    return EncodedBatch(
        max(row.number for row in batch),
        pictures,
        encoded.vectors,
        {row.digest: row.refused for row in batch if row.refused},
        tuple(row.file for row in batch if row.changed),
        {"encode": time.perf_counter() - start},
    )


def encoded_here(encoders: GalleryEncoders) -> Encode:
    """Returns what encodes on this machine: threads read, decode and shrink the next pictures meanwhile."""

    @contextmanager
    def encode(new: Iterator[New]) -> Iterator[Iterator[EncodedBatch]]:
        with ahead(lambda one: read_picture(one, one[1].path), new, most=PICTURES_AHEAD) as read:
            yield _batches(read, encoders)

    return encode


def _batches(read: Iterator[ReadPicture], encoders: GalleryEncoders) -> Iterator[EncodedBatch]:
    while True:
        start = time.perf_counter()
        batch = list(islice(read, SHARD_SIZE))
        waited = time.perf_counter() - start
        if not batch:
            return
        encoded = encode_batch(batch, encoders)
        yield EncodedBatch(
            encoded.last, encoded.pictures, encoded.vectors, encoded.refused, encoded.changed,
            {**encoded.seconds, "read": waited},
        )  # fmt: skip


def _described(pictures: Sequence[Picture], encoders: GalleryEncoders) -> EncodedPictures:
    try:
        return encoders.encode(pictures)
    except OSError as error:
        raise ArtifactError(
            f"The models cannot read a file of theirs ({error.strerror or error})."
        ) from error


def _checked(encoded: EncodedPictures, files: Sequence[str]) -> EncodedPictures:
    """Refuses what could not be searched, naming the first picture of the batch that it concerns."""
    count = len(files)
    if len(encoded.captions) != count or any(len(rows) != count for rows in encoded.vectors.values()):
        raise ArtifactError(
            f"The models gave captions or vectors for another number than {counted(count, 'picture')}."
        )
    for name, rows in encoded.vectors.items():
        for file, row in zip(files, rows, strict=True):
            try:
                checked_rows(np.asarray(row)[None], name)
            except ArtifactError as error:
                raise ArtifactError(f"The models gave an unusable vector for {file!r}: {error}") from None
    return encoded
