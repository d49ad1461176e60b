"""Which names in a folder are nobody's pictures: what systems, network disks and tools leave behind."""

from __future__ import annotations

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


def is_leftover(name: str) -> bool:
    """Tells whether every reader of a folder passes a file or folder over: hidden, deleted, or a tool's own.

    Args:
        name: without the folders before it. Capitals make no difference.
    """
    return name.startswith((".", "~$")) or name.casefold() in LEFTOVERS
