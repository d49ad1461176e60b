"""Which names in a folder are nobody's pictures: what systems, network disks and tools leave behind."""

from __future__ import annotations

from pathlib import Path

LEFTOVERS = frozenset(
    [
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "@sharebin",
        "@tmp",
        "#recycle",
        "#snapshot",
    ]  # network disks
    + ["$recycle.bin", "recycler", "system volume information", "thumbs.db", "ehthumbs.db", "desktop.ini"]
    + ["lost+found", "__macosx", "__pycache__", "node_modules"]
)


def listed(folder: Path, pattern: str = "*") -> list[Path]:
    """Returns what lies in a folder and has such a name, sorted, without leftovers and what lies in those.

    Args:
        folder: where to look; one that is not there is empty.
        pattern: as for `Path.glob`.
    """
    return sorted(
        path
        for path in folder.glob(pattern)
        if not any(is_leftover(part) for part in path.relative_to(folder).parts)
    )


def is_leftover(name: str) -> bool:
    """Tells whether every reader of a folder passes a file or folder over: hidden, deleted, or a tool's own.

    Args:
        name: without the folders before it. Capitals make no difference.
    """
    return name.startswith((".", "~$")) or name.casefold() in LEFTOVERS
