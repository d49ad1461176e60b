"""Every exception that Blendscope raises on purpose.

    BlendscopeError
    ├── InputError        a picture, text, number or box that cannot be used; the person can mend it
    ├── SettingsError     a command-line option or environment variable with a bad value
    ├── DataError         a folder of data that does not have the layout it should have
    ├── ArtifactError     weights, a gallery or an example: missing, damaged, or made by other models
    ├── NotReadyError     the models that answer are still loading, or their files are missing
    └── CapacityError     busy or out of memory; the same request may work later

The text of each is one sentence for a person: what was given, what is accepted, what to do. It never
holds a traceback, nor a path that the person did not type.
"""

from __future__ import annotations

from collections.abc import Iterable


class BlendscopeError(Exception):
    """Root of all errors that carry a sentence for the person who caused them."""


class InputError(BlendscopeError):
    """A picture, text, number or box that cannot be used."""


class SettingsError(BlendscopeError):
    """An option or environment variable with a bad value."""


class DataError(BlendscopeError):
    """A folder of data without the layout that it should have."""


class ArtifactError(BlendscopeError):
    """Weights, a gallery or an example that is missing, damaged or made by other models."""


class NotReadyError(BlendscopeError):
    """The models that should answer are loading or missing."""


class CapacityError(BlendscopeError):
    """Busy or out of memory; the same request may work later."""


FULL = "run `make full` (or `pip install -r requirements.txt`)"
"""What brings the libraries that the pocket page does without."""


def not_installed(subject: str, library: str) -> str:
    """Returns the sentence for something that needs a library which is not installed.

    Args:
        subject: what needs it, such as "The paper profile".
        library: the name under which it is imported.
    """
    brings = f"`pip install -r {EXTRAS[library]}` brings it" if library in EXTRAS else FULL
    return f"{subject} needs {LIBRARIES.get(library, library)}, which is not installed; {brings}."


LIBRARIES = {"torch": "PyTorch", "ray": "Ray", "qdrant_client": "qdrant-client"}
"""Import name -> what people call it, where that differs."""
EXTRAS = {"ray": "requirements-ray.txt", "qdrant_client": "requirements-qdrant.txt"}
"""Import name -> the list that brings it, of what no installation has by itself."""


def unknown_name(kind: str, name: str, names: Iterable[str]) -> str:
    """Returns the sentence for a name that nothing has, with those that there are.

    Args:
        kind: what was looked for, such as "task".
        name: what was given.
        names: the names that there are, in the order in which they are listed.
    """
    return f"There is no {kind} called {name!r}; choose one of {', '.join(names)}."
