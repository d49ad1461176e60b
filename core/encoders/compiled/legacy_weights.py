"""Reads a `.pth` in torch's format before version 1.6, which is no archive, without unpickling anything.

Such a file is four pickles (a mark, the format's version, facts about the machine, the tensors' places), a fifth with
the names of the storages, and then each storage: how many numbers, and the numbers. What the pickles say is followed
one instruction at a time by a table of the few that such a file needs; any other instruction, and any other name of
something to call, is refused, so nothing in the file can run.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ArtifactError

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
STORAGES: dict[str, np.dtype[Any]] = {
    "torch FloatStorage": np.dtype("<f4"),
    "torch LongStorage": np.dtype("<i8"),
}
REBUILD = "torch._utils _rebuild_tensor_v2"
ORDERED = "collections OrderedDict"
COUNT_BYTES = 8
_MARK = object()


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of something that an unpickler would import; here it is only compared."""

    value: str


@dataclass(frozen=True, slots=True)
class _Storage:
    kind: str
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where in a storage a tensor's numbers lie."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_legacy_weights(path: Path) -> dict[str, np.ndarray]:
    """Returns the tensors of a file in their order, name -> array, each contiguous.

    Args:
        path: the file, whose digest was checked.

    Raises:
        ArtifactError: it holds anything but tensors of 32-bit floats and 64-bit integers, or is cut short.
    """
    try:
        stream = io.BytesIO(path.read_bytes())
        if (_next(stream), _next(stream)) != (MAGIC, PROTOCOL):
            raise ValueError("it is in another format")
        if _next(stream).get("little_endian") is not True:
            raise ValueError("it was written with the other order of bytes")
        placed = _next(stream)
        storages = _storages(stream, _next(stream), placed)
        return {name: _tensor(place, storages) for name, place in placed.items()}
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ArtifactError(
            f"The weights {path.name!r} cannot be read: {error}; install them again."
        ) from None


def _storages(stream: io.BytesIO, keys: list[str], placed: dict[str, _Placed]) -> dict[str, np.ndarray]:
    """Returns the numbers that follow the pickles, in the order of their keys."""
    claimed = {place.storage.key: place.storage for place in placed.values()}
    storages = {}
    for key in keys:
        storage = claimed[key]
        if int.from_bytes(stream.read(COUNT_BYTES), "little") != storage.count:
            raise ValueError(f"the storage {key} is not as long as it should be")
        kind = STORAGES[storage.kind]
        data = stream.read(storage.count * kind.itemsize)
        if len(data) != storage.count * kind.itemsize:
            raise ValueError("it is cut short")
        storages[key] = np.frombuffer(data, kind)
    return storages


def _tensor(place: _Placed, storages: dict[str, np.ndarray]) -> np.ndarray:
    """Returns a tensor of its own, whose numbers may lie in the storage in any order."""
    numbers = storages[place.storage.key]
    if place.offset < 0 or min((*place.shape, *place.strides), default=0) < 0:
        raise ValueError("a tensor has a negative size")
    steps = zip(place.shape, place.strides, strict=True)
    last = place.offset + sum((size - 1) * stride for size, stride in steps)
    if 0 in place.shape or last >= len(numbers):
        raise ValueError("a tensor lies outside its storage")
    strides = tuple(stride * numbers.itemsize for stride in place.strides)
    return np.lib.stride_tricks.as_strided(numbers[place.offset :], place.shape, strides).copy()


def _next(stream: io.BytesIO) -> Any:
    """Returns what the next pickle describes, made of plain values alone."""
    machine = _Machine()
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name == "STOP":
            return machine.stack.pop()
        machine.follow(opcode.name, argument)
    raise ValueError("a pickle has no end")


class _Machine:
    """Follows the instructions of a pickle; see `pickletools` for what each means."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def follow(self, instruction: str, argument: Any) -> None:
        """Follows one instruction.

        Raises:
            ValueError: it is none of those that a file of weights needs.
        """
        if instruction == "PROTO":
            return
        if instruction in _PUSHED:
            self.stack.append(_PUSHED[instruction](argument))
        elif instruction in ("BINPUT", "LONG_BINPUT"):
            self._memo[argument] = self.stack[-1]
        elif instruction in ("BINGET", "LONG_BINGET"):
            self.stack.append(self._memo[argument])
        elif instruction in _CHANGES:
            _CHANGES[instruction](self)
        else:
            raise ValueError(f"it holds the instruction {instruction}, which no file of weights needs")

    def above_mark(self) -> list[Any]:
        """Takes all that was pushed since the last mark."""
        start = len(self.stack) - 1 - self.stack[::-1].index(_MARK)
        items = self.stack[start + 1 :]
        del self.stack[start:]
        return items

    def pair_up(self, items: list[Any]) -> None:
        """Gives the dictionary on top of the stack names and values."""
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def extend(self) -> None:
        """Follows APPENDS: the list on top of the stack gets more values."""
        items = self.above_mark()
        self.stack[-1].extend(items)

    def forget(self) -> None:
        """Follows BUILD: what torch notes beside the tensors is not needed."""
        self.stack.pop()

    def take(self, count: int) -> list[Any]:
        """Takes the topmost values."""
        items = self.stack[-count:]
        del self.stack[-count:]
        return items

    def call(self) -> None:
        """Follows REDUCE: an empty dictionary, or a tensor's place."""
        called, values = self.take(2)
        if called == _Name(ORDERED) and values == ():
            self.stack.append({})
        elif called == _Name(REBUILD):
            storage, offset, shape, strides = values[:4]
            if not isinstance(storage, _Storage):
                raise ValueError("a tensor has no storage")
            self.stack.append(_Placed(storage, offset, shape, strides))
        else:
            raise ValueError("it calls something with values that no file of weights has")

    def storage(self) -> None:
        """Follows BINPERSID: a storage of a known kind of numbers."""
        what, kind, key, _device, count, view = self.stack.pop()
        if what != "storage" or kind.value not in STORAGES or view is not None:
            raise ValueError("it has a storage of an unknown kind")
        self.stack.append(_Storage(kind.value, key, count))


def _name(argument: str) -> _Name:
    """Returns a name that may stand in such a file."""
    if argument not in (ORDERED, REBUILD, *STORAGES):
        raise ValueError(f"it names {argument.replace(' ', '.')}, which no file of weights needs")
    return _Name(argument)


_PUSHED: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1"), lambda argument: argument),
    "NONE": lambda _: None,
    "NEWTRUE": lambda _: True,
    "NEWFALSE": lambda _: False,
    "MARK": lambda _: _MARK,
    "EMPTY_DICT": lambda _: {},
    "EMPTY_LIST": lambda _: [],
    "EMPTY_TUPLE": lambda _: (),
    "GLOBAL": _name,
}
_CHANGES: dict[str, Callable[[_Machine], None]] = {
    "TUPLE": lambda machine: machine.stack.append(tuple(machine.above_mark())),
    "TUPLE1": lambda machine: machine.stack.append(tuple(machine.take(1))),
    "TUPLE2": lambda machine: machine.stack.append(tuple(machine.take(2))),
    "TUPLE3": lambda machine: machine.stack.append(tuple(machine.take(3))),
    "SETITEM": lambda machine: machine.pair_up(machine.take(2)),
    "SETITEMS": lambda machine: machine.pair_up(machine.above_mark()),
    "APPENDS": _Machine.extend,
    "BUILD": _Machine.forget,
    "REDUCE": _Machine.call,
    "BINPERSID": _Machine.storage,
}
