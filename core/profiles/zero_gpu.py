"""Lends the paper profile's models a GPU for each call on a Space with ZeroGPU; anywhere else nothing changes.

There, only what the package `spaces` decorates sees the GPU. It runs in a process that was forked for it and lives
for some calls; what it is given and returns is copied between the two. So one function is decorated, `in_worker`,
which takes the recipe of a model instead of the model. This process never loads any weights: it would not see the
GPU, and ZeroGPU deletes the files of weights that lie on the GPU when the page is launched, which we check later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.captioners import CAPTIONERS
from core.encoders import ENCODERS
from core.errors import BlendscopeError, CapacityError
from core.registry import Registry

log = logging.getLogger(__name__)
REGISTRIES: Mapping[str, Registry] = MappingProxyType({each.kind: each for each in (ENCODERS, CAPTIONERS)})
NEEDS_NO_WEIGHTS = ("shortened_after", "unread", "project_pictures", "project_sentences")
"""Methods that read a tokenizer or hand back what they are given: no reason to wait for a GPU."""
SECONDS: Mapping[str, int] = MappingProxyType({"blip": 45, "blip2": 120, "interview": 120})
"""Family -> how long a call may take, reading the weights from the disk included."""
OTHERWISE = 30
"""For all that write nothing. What is asked for, not what is used, must be left of a visitor's daily seconds."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a model is made of; unlike the model it can be sent to another process.

    Attributes:
        kind: of the registry that knows the family, "encoder" or "captioner".
        family: its name there.
        folders: in the Hub's format.
        id: names the model and its revision.
        options: how it is read, as (name, value).
    """

    kind: str
    family: str
    folders: tuple[Path, ...]
    id: str
    options: tuple[tuple[str, Any], ...] = ()

    def make(self) -> Any:
        """Returns the model; its weights are read when it is first used.

        Raises:
            ArtifactError: a folder is incomplete.
        """
        return REGISTRIES[self.kind].load(self.family)(*self.folders, id=self.id, **dict(self.options))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call. `spaces` would keep only the name of an exception's class, so none leaves a worker.

    Attributes:
        value: the answer.
        error: an error for the person who asked.
        fault: class and words of any other exception.
    """

    value: Any = None
    error: BlendscopeError | None = None
    fault: str = ""


Run = Callable[[Recipe, str, tuple[Any, ...], dict[str, Any]], Outcome]


def in_worker(recipe: Recipe, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Outcome:
    """Calls a method of a model, or reads an attribute, where the GPU is.

    Args:
        recipe: the model, made when it is first named in this process.
        name: of the method or attribute.
        arguments: of the method, by place.
        options: of the method, by name.
    """
    try:
        attribute = getattr(_own_model(recipe), name)
        return Outcome(attribute(*arguments, **options) if callable(attribute) else attribute)
    except BlendscopeError as error:
        return Outcome(error=error)
    except Exception as error:
        log.exception("%s of %s failed", name, recipe.id)
        return Outcome(fault=f"{type(error).__name__}: {error}")


def seconds_for(recipe: Recipe, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> int:
    """Returns for how many seconds the GPU is asked for; takes what `in_worker` takes."""
    return SECONDS.get(recipe.family, OTHERWISE)


@cache
def gpu() -> Run | None:
    """Returns `in_worker` as ZeroGPU runs it, None where there is no ZeroGPU.

    The first call must come before torch is imported and before the page is launched: the package replaces what
    torch says of CUDA, and a Space without a decorated function does not start.
    """
    if find_spec("spaces") is None:
        return None
    import spaces

    # A folder that happens to have this name can be imported, too.
    decorate = getattr(spaces, "GPU", None)
    decorated: Run = in_worker if decorate is None else decorate(duration=seconds_for)(in_worker)
    return None if decorated is in_worker else decorated


def lent(registry: Registry, family: str, *folders: Path, id: str, **options: Any) -> Any:
    """Returns a model that has a GPU whenever it is called: on ZeroGPU a `Lent`, anywhere else the model itself.

    Args:
        registry: that of encoders or of captioners.
        family: the model's name in it.
        folders: what the model is made of.
        id: names the model and its revision.
        **options: how it is read.

    Raises:
        ArtifactError: a folder is incomplete.
    """
    recipe = Recipe(registry.kind, family, folders, id, tuple(sorted(options.items())))
    model, run = recipe.make(), gpu()
    return model if run is None else Lent(model, recipe, run)


class Lent:
    """Stands in for a model: what needs weights is asked of a worker with a GPU, the rest answered here.

    Args:
        model: its class answers what needs no weights; its weights are never loaded in this process.
        recipe: how the worker makes it.
        run: `in_worker`, as ZeroGPU runs it.
    """

    def __init__(self, model: Any, recipe: Recipe, run: Run) -> None:
        self._model, self._recipe, self._run = model, recipe, run
        self._properties: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        """Returns what the model calls so."""
        if name.startswith("_"):
            raise AttributeError(name)
        if isinstance(getattr(type(self._model), name, None), property):
            # Such as a temperature, which is one of the weights.
            if name not in self._properties:
                self._properties[name] = self._ask(name)
            return self._properties[name]
        attribute = getattr(self._model, name)
        return attribute if name in NEEDS_NO_WEIGHTS or not callable(attribute) else partial(self._ask, name)

    def _ask(self, name: str, *arguments: Any, **options: Any) -> Any:
        try:
            outcome = self._run(self._recipe, name, arguments, options)
        except Exception as error:
            # No GPU is free, or the visitor's seconds are used up; the package says so in words for a person.
            words = str(getattr(error, "message", "") or error) or type(error).__name__
            raise CapacityError(f"ZeroGPU lends no GPU now: {words}") from error
        if outcome.error is not None:
            raise outcome.error
        if outcome.fault:
            raise RuntimeError(outcome.fault)
        return outcome.value


@cache
def _own_model(recipe: Recipe) -> Any:
    """Returns this process's own model.

    One that was there before the fork is not used: its tokenizer's lock may have been held at that moment.
    """
    return recipe.make()
