"""What the page asks for: tasks, galleries and examples, each made once, behind the page, when first wanted.

This is one of the two places that turn names into objects (the other is `core.__main__`). A tab keeps the
`Services` it was built with and calls `services.task(...)` inside its events, never while the
page is built: the first call may wait for models. Errors that are the person's to mend are raised as they
are (`core.errors`); `demo.page.Page` turns them into one sentence.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets.sample_figures import read_figures
from core.errors import ArtifactError, BlendscopeError, NotReadyError
from core.profiles import zero_gpu
from core.settings import ASSETS, TOWER_RUNTIMES, Settings
from core.store import Manifest, read_manifest
from core.task_table import TASKS, Task, find_task
from core.tasks.start_weights import start_weights
from demo.galleries import Galleries
from demo.lazy_value import LazyValue, State
from demo.start import give_memory_back
from demo.uploads import beside_uploads

if TYPE_CHECKING:
    from core.contracts import Models
    from core.index.qdrant_gallery import AnyGallery as Gallery
    from core.own_head.trainer import OwnTrainer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loading:
    """How far the models are.

    Attributes:
        states: key of a task -> state.
        reasons: key of a task -> why it failed, for those that did.
        seconds: since the loading began, or how long it took once it is over.
        over: whether nothing more will come.
    """

    states: dict[str, State]
    reasons: dict[str, str]
    seconds: float
    over: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: a question with all that the encoders found for it, so that it needs no model.

    Attributes:
        title: a few words that say what it shows.
        evidence: what the evidence class of the task wrote with `to_json`.
        picture: the picture asked about, None without one.
        settings: where the sliders stand, by name.
    """

    title: str
    evidence: dict[str, Any]
    picture: Path | None = None
    settings: dict[str, Any] = field(default_factory=dict)


class Services:
    """Tasks, galleries and worked examples for one run of the app.

    Args:
        settings: how the app was asked to start.
        models: what serves them; None for those of the settings' profile.
        assets: where examples and weights lie.
        opened: the chosen gallery, when the start opened it already.
    """

    def __init__(
        self,
        settings: Settings,
        models: Models | None = None,
        assets: Path = ASSETS,
        opened: Gallery | None = None,
    ) -> None:
        # On a Space with ZeroGPU this must come before torch is imported and before the page is launched.
        zero_gpu.gpu()
        self.settings = settings
        self._given = models
        self._assets = assets
        self._models = LazyValue(self._make_models)
        self._galleries = Galleries(settings, assets, self._models.get, opened)
        self._own_trainer: LazyValue[OwnTrainer] = LazyValue(self._make_own_trainer)
        self._tasks: dict[str, LazyValue[Any]] = {
            task.key: LazyValue(partial(self._make, task), lambda: self.progress) for task in TASKS
        }
        self._manifests: dict[str, Manifest] = {}
        self._began = self._ended = 0.0
        self._page_seen = threading.Event()

    @property
    def profile(self) -> str:
        """The name of the set of models that answers."""
        return self.settings.profile

    @property
    def progress(self) -> str:
        """How far a gallery is that is being made, "" when none is."""
        return self._galleries.progress

    def task(self, name: str) -> Any:
        """Returns a task, over the open gallery where it searches one; waits for its models.

        Args:
            name: of a row of `core.task_table.TASKS`.

        Raises:
            SettingsError: there is no such task.
            BlendscopeError: it cannot answer.
        """
        return self._tasks[find_task(name).key].get()

    def own_trainer(self) -> OwnTrainer:
        """Returns what trains field-or-road heads on a visitor's own pictures; waits for the models."""
        return self._own_trainer.get()

    def gallery(self) -> Gallery:
        """Returns the gallery of the two retrieval tabs; the first call opens, or builds, it."""
        return self._galleries.shown()

    def original(self, index: int) -> Path | None:
        """Returns the file that a picture of the gallery was made from, None when that is not known."""
        return self._galleries.original(index)

    def start_reading(self) -> None:
        """Reads the towers of the pocket profile in a thread, while what follows keeps the interpreter busy.

        What they need is imported here: two threads in the middle of one package may each wait for the other.
        Other models are left to `start_warming`, since to import what reads them takes longer than the page itself.
        """
        if self.settings.profile != "pocket" or self.settings.runtime != TOWER_RUNTIMES[0]:
            return
        from core.encoders import RUNTIMES

        try:
            RUNTIMES.load(self.settings.runtime)
            models = self._models.get()
        except BlendscopeError:
            return  # the tasks will say so
        # No daemon: an interrupted start must not end the interpreter in the middle of what is compiled.
        threading.Thread(target=_read, args=(models,), name="reading").start()

    def start_warming(self, patience: float = 0.0) -> threading.Thread:
        """Starts to load every task's models in a thread, and returns it.

        Args:
            patience: for how many seconds at most the loading lets a first visitor's page go before it.
        """
        self._began, self._ended = time.monotonic(), 0.0
        thread = threading.Thread(target=self._warm, args=(patience,), name="warm-up", daemon=True)
        thread.start()
        return thread

    def page_seen(self) -> None:
        """Notes that a visitor's page stands, so that the models may take the machine."""
        self._page_seen.set()

    def loading(self) -> Loading:
        """Returns how far the models are."""
        states = {task: part.state for task, part in self._tasks.items()}
        reasons = {task: part.reason for task, part in self._tasks.items() if part.state == "failed"}
        now = self._ended or time.monotonic()
        over = bool(self._ended) or all(state in ("ready", "failed") for state in states.values())
        return Loading(states, reasons, now - self._began if self._began else 0.0, over)

    def examples(self, key: str) -> tuple[Example, ...]:
        """Returns the worked examples of a task, none when they have not been made.

        The file `examples/<key>.json` holds {"examples": [{"title", "picture", "evidence", "settings"}]}, the
        picture's file relative to that folder.
        """
        folder = self.pictures
        path = folder / f"{key}.json"
        if not path.is_file():
            return ()
        try:
            rows = json.loads(path.read_bytes())["examples"]
            return tuple(
                Example(
                    str(row["title"]),
                    dict(row["evidence"]),
                    folder / row["picture"] if row.get("picture") else None,
                    dict(row.get("settings") or {}),
                )
                for row in rows
            )
        except (ValueError, KeyError, TypeError) as error:
            log.warning("The worked examples in %s cannot be read: %s.", path.name, error)
            return ()

    def manifest(self, head: str) -> Manifest | None:
        """Returns what is known about a head's weights, None when they have not been trained; read once.

        Args:
            head: its folder's name, such as "field_road".
        """
        if head not in self._manifests:
            try:
                self._manifests[head] = read_manifest(self.weights(head))
            except ArtifactError:
                return None
        return self._manifests[head]

    def start_weights(self, head: str, usual: Sequence[float]) -> tuple[float, float, float]:
        """Returns where the sliders of a mix start: at the weights that were chosen with a head, where there are any.

        Args:
            head: as for `manifest`.
            usual: where they start without.
        """
        try:
            return start_weights(self.manifest(head), usual)
        except ArtifactError as error:
            log.warning("The sliders start at their usual weights: %s", error)
            return start_weights(None, usual)

    @property
    def pictures(self) -> Path:
        """The folder of the example pictures that ship."""
        return self._assets / "examples"

    def sample_figures(self, key: str) -> list[Mapping[str, Any]]:
        """Returns the table of what was measured on the pictures that ship; none for models that were not measured.

        Args:
            key: of the task, such as "field_road".
        """
        return [self._figures[key]] if key in self._figures else []

    @cached_property
    def _figures(self) -> Mapping[str, Mapping[str, Any]]:
        try:
            return read_figures(self.profile, self._assets)
        except ArtifactError as error:
            log.warning("%s", error)
            return {}

    def weights(self, head: str) -> Path:
        """Returns the folder of a head's weights: those that ship, else those that were trained on this machine.

        Args:
            head: its folder's name, such as "field_road".
        """
        shipped = self._assets / "models" / self.profile / head
        return shipped if shipped.is_dir() else self.settings.weights(self.profile, head)

    def _warm(self, patience: float) -> None:
        self._page_seen.wait(patience)
        for task, part in self._tasks.items():
            try:
                part.get()
            except BlendscopeError as error:
                log.warning("The task %s cannot answer: %s", task, error)
            except Exception:
                log.exception("The task %s cannot answer.", task)
        give_memory_back()
        self._ended = time.monotonic()
        log.info("Models loaded in %.1f s.", self._ended - self._began)

    def _make_models(self) -> Models:
        if self._given is not None:
            return self._given
        from core.profiles import models_of  # this imports the encoders

        return models_of(self.settings)

    def _make(self, task: Task) -> Any:
        models = self._models.get()
        make = getattr(models, task.key, None)
        if make is None:
            raise NotReadyError(f"The models of the profile {models.profile!r} do not answer {task.title!r}.")
        return make(self._galleries.searched(task.name)) if task.searches else make()

    def _make_own_trainer(self) -> OwnTrainer:
        from core.own_head.trainer import OwnTrainer

        return OwnTrainer(self.task("field_road").joint, beside_uploads("heads"))


def _read(models: Models) -> None:
    try:
        models.joint.encode_texts(["a first sentence"])  # the first one is slow
    except Exception:  # each task that needs it tries again, and says on the page why it cannot answer
        log.debug("The joint encoder cannot be read.", exc_info=True)
