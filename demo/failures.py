"""Which sentence a failure gets that is none of `core.errors`: of a disk that cannot be written, else an error id."""

from __future__ import annotations

import errno
import logging
import secrets

from core.errors import CapacityError
from demo.copy import UNEXPECTED
from demo.uploads import is_upload

log = logging.getLogger(__name__)

UNWRITABLE = (
    "This server cannot write to its disk just now ({reason}); nothing was lost, so try the same again later."
)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says only to those who write."""
CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)
"""What it may also say of a file that the page was never meant to have, which is a failure of ours."""


def name_failure(error: BaseException) -> str:
    """Writes a failure that nobody expected into the log, and returns the id under which it stands there."""
    code = secrets.token_hex(3)
    log.error("Error %s", code, exc_info=error)
    return code


def unwritable(error: BaseException | None) -> CapacityError | None:
    """Returns the refusal for a failure because the disk or the folder for uploads cannot be written, else None.

    Args:
        error: what was raised; what it was raised from counts as well.
    """
    while error is not None:
        if isinstance(error, OSError) and (error.errno in FULL or _closed(error)):
            log.warning("A visitor was refused, for the disk cannot be written: %s", error)
            return CapacityError(UNWRITABLE.format(reason=error.strerror or "the system refuses"))
        error = error.__cause__
    return None


def sentence_for(error: BaseException) -> str:
    """Returns what a person is told of a failure that is none of `core.errors`."""
    refusal = unwritable(error)
    return UNEXPECTED.format(code=name_failure(error)) if refusal is None else str(refusal)


def _closed(error: OSError) -> bool:
    return error.errno in CLOSED and isinstance(error.filename, str) and is_upload(error.filename)
