"""The one table of tasks: what each is called, and where its parts lie; names and strings, which registries resolve.

It stands on the lowest floor, so that the command line, training, evaluation, the hub, the profiles and the page all
derive from it: docs/decisions/020-one-table-of-tasks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.errors import SettingsError, unknown_name
from core.registry import Registry

Row = TypeVar("Row", bound="Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that is trained or measured: a task, or a part that tasks share.

    Attributes:
        key: its name in Python: of modules, methods, files of examples.
        head: folder of the weights that its recipe trains, their kind in manifests, and the name in
            `core.heads.HEADS` where there is a head; "" when nothing is trained.
        recipe: "module:function" that trains the head; "" without one.
        measured: whether `core.evaluation.KEY` has a function `evaluate`.
        aliases: names that commands take for it, too, though no help shows them.
    """

    key: str
    head: str = ""
    recipe: str = ""
    measured: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return self.key.replace("_", "-")

    @property
    def evaluation(self) -> str:
        """What measures it, "module:function"; "" when nothing does."""
        return f"core.evaluation.{self.key}:evaluate" if self.measured else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Subject):
    """A task of the page; its tab is `demo.tabs.KEY`, its words are `demo.copy.TABS[KEY]`.

    Attributes:
        title: on the tab.
        endpoint: its public endpoint, "/name"; `demo.endpoints.KEY` publishes it.
        searches: whether it searches the gallery; its profiles' method KEY then takes one.
        reported: whether `core.evaluation.reproduce.KEY` has a function `reproduce`: a report to run again.
        shown: whether `core.evaluation.KEY` has a function `example`, which runs the encoders on a planned example,
            and `SAMPLES`, what the page shows of its measurements on the pictures that ship.
        roles: what models of the paper profile must play before it starts, see `core.hub.choice.ROLES`.
        optional: names of pins in `core.hub.pins` that offer a choice.
    """

    title: str
    endpoint: str
    searches: bool = False
    reported: bool = False
    shown: bool = False
    roles: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def reproduction(self) -> str:
        """What runs the report's experiment again, "module:function"; "" without a report."""
        return f"core.evaluation.reproduce.{self.key}:reproduce" if self.reported else ""

    @property
    def example(self) -> str:
        """What runs the encoders on one planned example, "module:function"; "" without examples."""
        return f"core.evaluation.{self.key}:example" if self.shown else ""

    @property
    def samples(self) -> str:
        """What is shown of its measurements, "module:constant"; "" without any."""
        return f"core.evaluation.{self.key}:SAMPLES" if self.shown else ""


PARTS: tuple[Subject, ...] = (
    Subject(key="joint", head="joint", recipe="core.training.joint.recipe:run", measured=True),
    Subject(key="captioner", head="captioner", recipe="core.training.captioner.recipe:run"),
    Subject(key="garment_box", head="garment_box", recipe="core.training.garment_box.recipe:run"),
    Subject(key="labels", measured=True),
    Subject(key="few_pictures", measured=True),
    Subject(key="descriptions", measured=True),
    Subject(key="places", measured=True),
    Subject(
        key="typed_words", head="typed_words", recipe="core.training.typed_words.recipe:run", measured=True
    ),
)
"""What is trained or measured without a tab of its own."""

TASKS: tuple[Task, ...] = (
    Task(
        key="sketch", title="Sketch", endpoint="/classify_sketch",
        measured=True, reported=True, shown=True, head="sketch", recipe="core.training.sketch.recipe:run",
        roles=("sketch_picture", "sketch_words", "captioner", "joint"),
        optional=("blip2-flan-t5", "blip2-opt", "dinov2-giant"),
    ),
    Task(
        key="field_road", title="Field or road", endpoint="/compare_field_road",
        measured=True, reported=True, shown=True, head="field_road", recipe="core.training.field_road.recipe:run",
        roles=("joint",),
    ),
    Task(
        key="street_to_shop", title="Street to shop", endpoint="/find_in_shop", searches=True,
        measured=True, reported=True, shown=True, head="garment", recipe="core.training.garment.recipe:run",
        roles=("garment",), optional=("blip-vqa", "smollm2"),
    ),
    # What answers Compose is a combiner: its weights, also those on other machines, and every answer's id say so.
    Task(
        key="compose", title="Compose", endpoint="/compose", searches=True,
        measured=True, reported=True, shown=True, head="combiner", recipe="core.training.compose.recipe:run",
        aliases=("composed",),
        roles=("composing",), optional=("blip-itm-base",),
    ),
)  # fmt: skip
"""The tasks, in the order of the tabs."""


def find_task(name: str) -> Task:
    """Returns the task called `name`.

    Args:
        name: its key, its name on the command line, or an alias.

    Raises:
        SettingsError: there is none.
    """
    return _find("task", name, TASKS)


def find_subject(name: str) -> Subject:
    """Returns the task, or the part without a tab, called `name`; otherwise as `find_task`."""
    return _find("task or part", name, (*PARTS, *TASKS))


def registry_of(kind: str, field: str) -> Registry:
    """Returns the registry of one column of the table: name on the command line -> "module:function".

    Args:
        kind: what its parts are, for messages ("task to train").
        field: the column, such as "recipe"; rows that leave it empty are left out.
    """
    rows = [row for row in (*PARTS, *TASKS) if getattr(row, field, "")]
    return Registry(
        kind,
        {row.name: getattr(row, field) for row in rows},
        aliases={alias: row.name for row in rows for alias in (row.key, *row.aliases) if alias != row.name},
    )


def _find(kind: str, name: str, rows: Sequence[Row]) -> Row:
    for row in rows:
        if name in (row.key, row.name, *row.aliases):
            return row
    raise SettingsError(unknown_name(kind, name, [row.name for row in rows]))
