"""Where things lie and how the app was asked to start: one frozen object, made once."""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import SettingsError, unknown_name
from core.qdrant_place import QdrantPlace, without_key

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
SHIPPED_GALLERY = ASSETS / "galleries" / "pocket-shop"
EXACT = "exact"
"""The index that searches unless another is chosen: the first in `core.index.INDEXES`."""
SEARCHED_EXACTLY = 100_000
"""Pictures up to which a gallery is looked at whole, for that takes no longer than a look (benchmarks/growth.py)."""
TOWER_RUNTIMES = ("onnx", "torch")
"""What can run the pocket profile's towers, the usual one first; their makers stand in `core.encoders.RUNTIMES`."""
UNKNOWN_MACHINE = 8_000_000_000
"""Bytes of memory that a machine is taken to have where the system does not tell."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which parts serve; "" where a person may choose, see `core.hub.choice`.

    Attributes:
        name: the profile's name, and the folder of its weights.
        encoder: the joint encoder's name in its registry.
        captioner: the captioner's.
    """

    name: str
    encoder: str = ""
    captioner: str = ""


PROFILES = {
    chosen.name: chosen
    for chosen in (Profile("pocket", encoder="pocket", captioner="slots"), Profile("paper"))
}


def _usual_cache() -> Path:
    """Returns the cache in the home folder, or one beside the temporary files for a user who has no home."""
    try:
        return Path.home() / ".cache" / "blendscope"
    except RuntimeError:
        return (
            Path(tempfile.gettempdir())
            / f"blendscope-cache-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose before the start.

    Attributes:
        profile: which set of models answers; environment BLENDSCOPE_PROFILE.
        gallery: a bundle, a folder of pictures or a collection of Qdrant for the two retrieval tabs, None for the
            one that ships; environment BLENDSCOPE_GALLERY.
        scores: of another retrieval model, an .npz file or a folder, None without; environment BLENDSCOPE_SCORES.
        talk: a file that stands in the panel of the talk, None without; environment BLENDSCOPE_TALK.
        cache: where galleries made from folders, graphs of the pocket towers, and notes on fetched models are kept;
            environment BLENDSCOPE_CACHE.
        index: what searches galleries, a name in `core.index.INDEXES`, where it is looked up; environment
            BLENDSCOPE_INDEX.
        runtime: what runs the pocket profile's towers, one of `TOWER_RUNTIMES`; environment BLENDSCOPE_RUNTIME.
    """

    profile: str = "pocket"
    gallery: Path | QdrantPlace | None = None
    cache: Path = field(default_factory=_usual_cache)
    index: str = EXACT
    runtime: str = TOWER_RUNTIMES[0]
    scores: Path | None = None
    talk: Path | None = None

    def weights(self, profile: str, head: str) -> Path:
        """Returns the folder of a head's weights: those that ship, else those that were trained on this machine.

        Args:
            profile: name of the set of models that the head belongs to.
            head: the folder's name, such as "field_road".
        """
        shipped = ASSETS / "models" / profile / head
        return shipped if shipped.is_dir() else self.cache / "models" / profile / head

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] = os.environ,
        *,
        gallery: str | None = None,
        profile: str | None = None,
        scores: str | None = None,
        talk: str | None = None,
    ) -> Settings:
        """Reads the settings; an option given on the command line wins over the environment.

        Args:
            environment: variables to read.
            gallery: value of `--gallery`.
            profile: value of `--profile`.
            scores: value of `--scores`.
            talk: value of `--talk`.

        Raises:
            SettingsError: an unknown profile or runtime, no number of bytes for models, or a gallery that is no folder
                and no address.
        """
        model_bytes(environment)  # else the first model to be loaded would tell
        chosen = profile or environment.get("BLENDSCOPE_PROFILE") or "pocket"
        if chosen not in PROFILES:
            raise SettingsError(unknown_name("profile", chosen, PROFILES))
        where = gallery or environment.get("BLENDSCOPE_GALLERY") or None
        shown = _gallery(where) if where else None
        index = environment.get("BLENDSCOPE_INDEX") or EXACT
        own_scores, own_talk = (
            Path(given).expanduser() if given else None
            for given in (
                scores or environment.get("BLENDSCOPE_SCORES"),
                talk or environment.get("BLENDSCOPE_TALK"),
            )
        )
        runtime = tower_runtime(environment)
        return cls(chosen, shown, cache_folder(environment), index, runtime, own_scores, own_talk)


def _gallery(where: str) -> Path | QdrantPlace:
    place = QdrantPlace.parsed(where)
    if place is not None:
        return place
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise SettingsError(
            f"The gallery {without_key(where)!r} is not a folder; give a folder of pictures, a bundle or qdrant://HOST:PORT/COLLECTION."
        )
    return folder


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the folder named by BLENDSCOPE_CACHE, else the one in the home folder."""
    where = environment.get("BLENDSCOPE_CACHE")
    return Path(where).expanduser() if where else Settings().cache


def tower_runtime(environment: Mapping[str, str] = os.environ) -> str:
    """Returns what runs the pocket profile's towers: BLENDSCOPE_RUNTIME, else the usual one.

    Raises:
        SettingsError: there is no such runtime.
    """
    name = environment.get("BLENDSCOPE_RUNTIME") or TOWER_RUNTIMES[0]
    if name not in TOWER_RUNTIMES:
        raise SettingsError(unknown_name("runtime", name, TOWER_RUNTIMES))
    return name


def processor_threads(environment: Mapping[str, str] = os.environ) -> int:
    """Returns how many threads a model may compute with: OMP_NUM_THREADS, else the cores that this process may use.

    Two processors of one core share what it computes with, so they count once; where the system grants a process less
    than whole processors, as containers are granted, that counts.
    """
    given = environment.get("OMP_NUM_THREADS", "").split(",")[0]
    if given.isascii() and given.isdigit() and int(given):
        return int(given)
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    cores = {_siblings(number) for number in usable}
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return len(cores)
    granted = -(-int(quota) // int(period)) if quota.isdigit() and int(quota) else len(cores)
    return min(len(cores), max(granted, 1))


def _siblings(processor: int) -> str:
    """Returns the processors that share a core with this one, itself alone where the system does not tell."""
    try:
        path = Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
        return path.read_text().strip()
    except OSError:
        return str(processor)


def refusal(error: OSError, environment: Mapping[str, str] = os.environ) -> str:
    """Says in one sentence what the system refused, and which setting helps, for whoever started the program."""
    reason = (error.strerror or str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    if "temporary directory" in reason:
        return "There is no temporary folder that can be written; set TMPDIR to one."
    if error.filename is None:
        return f"The system refused to read or write: {reason}."
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(error.filename)
    setting = ""
    if Path(name).is_relative_to(cache_folder(environment)):
        setting = "; set BLENDSCOPE_CACHE to a folder that can be written"
    return f"{name!r} cannot be read or written ({reason}){setting}."


def data_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Returns the folder of real data packs named by BLENDSCOPE_DATA, or None when there is none."""
    where = environment.get("BLENDSCOPE_DATA")
    folder = Path(where).expanduser() if where else None
    return folder if folder is not None and folder.is_dir() else None


def model_bytes(environment: Mapping[str, str] = os.environ) -> int:
    """Returns how many bytes of model weights may lie in memory: BLENDSCOPE_MODEL_BYTES, or half the machine's.

    Raises:
        SettingsError: the variable is no whole number above 0.
    """
    given = environment.get("BLENDSCOPE_MODEL_BYTES")
    if given:
        if not given.isascii() or not given.isdigit() or not int(given):
            raise SettingsError(
                f"BLENDSCOPE_MODEL_BYTES is {given!r}; give a whole number of bytes such as 8000000000."
            )
        return int(given)
    return machine_bytes() // 2


def machine_bytes() -> int:
    """Returns the machine's memory, or the part of it that this process may use where there is a limit."""
    machine: int
    if hasattr(os, "sysconf"):
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    else:  # Windows
        machine = _windows_bytes() or UNKNOWN_MACHINE
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        limit = ""
    return min(machine, int(limit)) if limit.isdigit() else machine


class _MemoryStatus(ctypes.Structure):
    """What GlobalMemoryStatusEx of Windows fills in."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in ("total", "free", "page_total", "page_free")),
        *((name, ctypes.c_uint64) for name in ("virtual_total", "virtual_free", "extended_free")),
    )


def _windows_bytes() -> int:
    """Returns the machine's memory as Windows tells it, 0 where it cannot be asked."""
    library = getattr(ctypes, "windll", None)
    if library is None:
        return 0
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    return int(status.total) if library.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else 0
