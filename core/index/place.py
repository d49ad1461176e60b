"""Where a bundle is built: its folder, held by one process, with a work folder for what is unfinished."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import CapacityError, DataError
from core.index.bundle import Gallery, open_bundle
from core.index.clearing import kept_by, remove_all_but
from core.index.lock import Waiting, build_lock
from core.index.manifest import MANIFEST_NAME
from core.index.shards import SHARD, read_shard
from core.index.writer import check_place

WORK_NAME = ".work"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
KEPT = "What was encoded is kept, so make room and start the same command again."

UNFINISHED = (
    "A build of the gallery {name!r} was cut off, and what it encoded would be lost; start that build again first, or "
    "remove the folder {work}."
)


@contextmanager
def building(out: Path, waiting: Waiting | None = None, origin: str = "") -> Iterator[Path]:
    """Holds the folder `out` for one build and gives its work folder, which outlives a crash.

    When the build cannot be continued (the disk is full, no picture is usable), what the folder held before is whole.
    Finished shards stay with their thumbnails, so that the next build goes on with them; without any, nothing does.

    Args:
        out: the bundle.
        waiting: told that another process builds here, which is then waited for; None not to wait.
        origin: of the encodings that this build can go on with, see `core.index.shards.origin_of`; "" for none.

    Raises:
        DataError: the folder is in use for something else.
        CapacityError: another process builds here and is not waited for, or the system refuses to write.
    """
    check_place(out)
    is_new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with build_lock(out, waiting), _tidied(out):
            yield out / WORK_NAME
    except BaseException as error:
        if is_new:
            with suppress(OSError):
                out.rmdir()  # only when nothing is left in it
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            kept = f" {KEPT}" if error.errno in FULL and _has_shards(out, origin) else ""
            raise CapacityError(
                f"The gallery {out.name!r} cannot be written ({reason}); what it held before is whole.{kept}"
            ) from error
        raise


@contextmanager
def changing(bundle: Path) -> Iterator[Gallery]:
    """Holds a gallery as for a build, and gives it as it is then, so that no other process can have replaced it.

    Args:
        bundle: the gallery's folder.

    Raises:
        ArtifactError: it is no gallery, or damaged.
        DataError: a build of it was cut off, whose pictures would be encoded in vain.
        CapacityError: another process builds it, or the system refuses to write.
    """
    if not (bundle / MANIFEST_NAME).is_file():
        open_bundle(bundle)  # which refuses it, where to hold it would make a folder
    with building(bundle) as work:
        if _has_shards(bundle):
            raise DataError(UNFINISHED.format(name=bundle.name, work=work.name))
        yield open_bundle(bundle)


@contextmanager
def _tidied(out: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, DataError):
        if not _has_shards(out):
            shutil.rmtree(out / WORK_NAME, ignore_errors=True)
            with suppress(OSError):
                remove_all_but(out, kept_by(out))
        raise


def _has_shards(out: Path, origin: str | None = None) -> bool:
    """Tells whether something is encoded that no gallery holds yet: by any models, or whole and of one origin."""
    shards = (out / WORK_NAME).glob(f"*{SHARD}")
    return any(origin is None or read_shard(path, origin) is not None for path in shards)
