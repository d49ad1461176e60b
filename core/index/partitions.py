"""Encoding a folder elsewhere: partitions go out, encoded batches come back in any order, lost ones go again."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice

from core.contracts import GalleryEncoders
from core.errors import ArtifactError, CapacityError, InputError
from core.images import picture_bytes
from core.index import batches
from core.index.batches import EncodedBatch, New, ReadPicture, encode_batch, read_picture
from core.index.shards import origin_of
from core.plurals import counted

MOST_TRIES = 3
"""How often a partition is begun whose worker dies, before its pictures are taken for the cause."""

Sent = tuple[New, bytes | str]
"""A picture on its way to a worker: its file's bytes, or why they cannot be read."""


class Workers(ABC):
    """What encodes partitions, somewhere; used by one thread.

    Attributes:
        most: how many partitions may be underway, so that nobody waits for the next and few lie in memory.
    """

    most: int

    @abstractmethod
    def begin(self, number: int, partition: Sequence[Sent]) -> None:
        """Sends a partition to a worker."""

    @abstractmethod
    def next_end(self) -> tuple[int, EncodedBatch | None]:
        """Waits for a partition to end and returns its number and what it gave; None when its worker died."""


def encoded_by(workers: Workers, new: Iterator[New]) -> Iterator[EncodedBatch]:
    """Yields the batches of a folder as workers finish them.

    A partition is what the build on this machine would encode as one batch, so that both give the same numbers. Who
    takes the batches writes them down at once: what is lost with a worker is one partition, and with this machine
    what was underway.

    Args:
        workers: they encode.
        new: the pictures.

    Raises:
        CapacityError: workers died over a partition as often as is tried; it is named.
        ArtifactError: see `encode_sent`.
    """
    underway: dict[int, list[New]] = {}
    tries: dict[int, int] = {}
    number = 0
    while True:
        while len(underway) < workers.most and (partition := list(islice(new, batches.SHARD_SIZE))):
            underway[number] = partition
            workers.begin(number, [(one, _bytes_of(one)) for one in partition])
            number += 1
        if not underway:
            return
        start = time.perf_counter()
        ended, batch = workers.next_end()
        if batch is not None:
            del underway[ended]
            tries.pop(ended, None)
            yield EncodedBatch(
                batch.last, batch.pictures, batch.vectors, batch.refused, batch.changed,
                {"encode": time.perf_counter() - start},
            )  # fmt: skip
            continue
        tries[ended] = tries.get(ended, 1) + 1
        if tries[ended] > MOST_TRIES:
            raise CapacityError(_given_up(underway[ended]))
        workers.begin(ended, [(one, _bytes_of(one)) for one in underway[ended]])


def encode_sent(partition: Sequence[Sent], encoders: GalleryEncoders, origin: str) -> EncodedBatch:
    """Returns what a worker makes of a partition.

    Args:
        partition: at least one picture.
        encoders: the models of the worker.
        origin: of the encodings that are wanted, see `core.index.shards.origin_of`.

    Raises:
        ArtifactError: the worker has other models, or they gave what cannot be searched.
    """
    if origin_of(encoders.models) != origin:
        raise ArtifactError(
            "A worker has other models than this machine; give both the same version of Blendscope and of its weights."
        )
    return encode_batch([_read(new, data) for new, data in partition], encoders)


def _read(new: New, data: bytes | str) -> ReadPicture:
    if isinstance(data, bytes):
        return read_picture(new, data)
    number, item, digest = new
    return ReadPicture(number, item.file, digest, refused=data)


def _bytes_of(new: New) -> bytes | str:
    try:
        return picture_bytes(new[1].path, "picture")
    except InputError as error:
        return str(error)


def _given_up(partition: Sequence[New]) -> str:
    first, last = partition[0][1].file, partition[-1][1].file
    these = (
        repr(first)
        if len(partition) == 1
        else f"{counted(len(partition), 'picture')} from {first!r} to {last!r}"
    )
    return (
        f"A worker died {MOST_TRIES} times over {these}; what the others encoded is kept, so look at its memory "
        "and start the same command again."
    )
