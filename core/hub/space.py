"""The front matter with which a Hugging Face Space runs the paper profile, and its models' files in it."""

from __future__ import annotations

from collections.abc import Sequence

from core.hub import cache as hub
from core.hub.pins import Pin
from core.settings import ROOT

HARDWARE = "zero-a10g"
"""What the Hub calls ZeroGPU, whichever GPU it lends."""
PYTHON = "3.12.12"
"""The one version of ZeroGPU's that Blendscope supports, too."""
KEPT = (
    "title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "app_file", "license", "short_description"
)  # fmt: skip


def front_matter(pins: Sequence[Pin]) -> str:
    """Returns what belongs at the head of the Space's README.md.

    Args:
        pins: the models whose files the Space downloads while it is built.
    """
    lines = [line for line in _own().splitlines() if line.partition(":")[0] in KEPT]
    lines += [
        f'python_version: "{PYTHON}"',
        f"suggested_hardware: {HARDWARE}",
        "models:",
        *(f"  - {pin.repository}" for pin in pins),
        "preload_from_hub:",
        *(f"  - {preloaded(pin)}" for pin in pins),
    ]
    return "\n".join(["---", *lines, "---"])


def preloaded(pin: Pin) -> str:
    """Returns a model as Spaces preload it: "repository file,file commit".

    Of weights that a commit has in one of several ways, those are named that are here; all where none are.
    """
    commit = hub.commit_of(pin)
    words = [pin.repository, ",".join([*pin.files, *_weights(pin)])]
    return " ".join([*words, commit] if commit else words)


def _weights(pin: Pin) -> list[str]:
    here = hub.snapshot_of(pin) if pin.either and hub.is_cached(pin) else None
    ways = [files for files in pin.either if here and all((here / file).is_file() for file in files)]
    return list(dict.fromkeys(file for files in ways[:1] or pin.either for file in files))


def _own() -> str:
    """Returns the front matter of this repository's README, which is that of a Space with the pocket profile."""
    return (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]
