"""Encodes pictures on a Ray cluster (Moritz et al., 2018): a partition is a task, each worker loads the models once.

A cluster runs whatever those who reach it ask for, so it belongs to one's own network; see SECURITY.md.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from core.contracts import GalleryEncoders
from core.errors import BlendscopeError, CapacityError, SettingsError
from core.index.batches import Encode, EncodedBatch, New
from core.index.partitions import Sent, Workers, encode_sent, encoded_by
from core.index.shards import origin_of
from core.installation import sentence_for_missing
from core.settings import ROOT, processor_threads, tower_runtime

LOCAL, AUTO = "local", "auto"
ADDRESS = re.compile(r"(?P<client>ray://)?(?P<host>\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):(?P<port>[0-9]{1,5})")
REACHED_WITHIN, JOINED_WITHIN = 5.0, 60.0
"""Seconds that a cluster has to take a connection, and to let this machine take part."""
AHEAD = 2
"""Partitions underway for each that can be encoded at once, so that no worker waits for its next."""
SHARED_MEMORY = 256 * 2**20
"""Bytes that a Ray of our own may hold pictures and vectors in while they travel."""
NOT_SENT = ["/.git", "/.venv", "/benchmarks", "/docs", "/tests", "/assets/examples", "/assets/galleries"]
"""What workers need nothing of."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What a worker makes its encoders by.

    Attributes:
        function: "module:function".
        arguments: what it is called with.
        on_gpu: whether a worker is given a GPU where the cluster has any.
    """

    function: str
    arguments: tuple[str, ...] = ()
    on_gpu: bool = False


def checked_address(address: str) -> str:
    """Returns the address of a cluster after checking that it can be one.

    Raises:
        SettingsError: it cannot.
    """
    match = ADDRESS.fullmatch(address)
    if address not in (LOCAL, AUTO) and (match is None or not 0 < int(match["port"]) < 2**16):
        raise SettingsError(
            f"--ray does not take {address!r}; give HOST:PORT on a machine of the cluster, ray://HOST:PORT elsewhere, "
            "auto for the cluster of this machine, or local for one that ends with this command."
        )
    return address


def encoded_on_ray(
    address: str, maker: Maker, encoders: GalleryEncoders, processors: int | None = None
) -> Encode:
    """Returns what encodes on the workers of a cluster.

    Args:
        address: see `checked_address`.
        maker: makes the encoders of the workers.
        encoders: the models of this machine, which must be theirs.
        processors: of a cluster of our own; None for all.

    Raises:
        SettingsError: the address cannot be one, or nothing that it names takes part; and when it is used, Ray is
            not installed.
        CapacityError: when it is used, see `core.index.partitions.encoded_by`.
    """
    checked_address(address)
    origin = origin_of(encoders.models)

    @contextmanager
    def encode(new: Iterator[New]) -> Iterator[Iterator[EncodedBatch]]:
        with _joined(address, processors) as ray:
            yield encoded_by(_RayWorkers(ray, address, maker, origin), new)

    return encode


class _RayWorkers(Workers):
    """The workers of a cluster that this process takes part in.

    Args:
        ray: the library.
        address: of the cluster, for sentences.
        maker: makes the encoders.
        origin: of the encodings that are wanted.

    Raises:
        SettingsError: no machine of the cluster has as many processors as a worker needs.
    """

    def __init__(self, ray: Any, address: str, maker: Maker, origin: str) -> None:
        self._ray, self._address, self._maker, self._origin = ray, address, maker, origin
        threads = processor_threads()
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        gpus = 1 if maker.on_gpu and any(node.get("GPU") for node in nodes) else 0
        fitting = [
            min(node.get("CPU", 0) // threads, node.get("GPU", 0) if gpus else float("inf")) for node in nodes
        ]
        if not any(fitting):
            raise SettingsError(
                f"No machine of the Ray cluster at {address} has {threads} processors for a worker, as many as this "
                "machine computes with; set OMP_NUM_THREADS to fewer."
            )
        self.most = AHEAD * int(sum(fitting))
        # What died is begun again by us, who know whose pictures it had, and not for ever.
        self._task = ray.remote(num_cpus=threads, num_gpus=gpus, max_retries=0)(_work)
        self._numbers: dict[Any, int] = {}

    def begin(self, number: int, partition: Sequence[Sent]) -> None:
        """Sends a partition to a worker; errors as below."""
        with self._heard():
            self._numbers[self._task.remote(self._maker, self._origin, list(partition))] = number

    def next_end(self) -> tuple[int, EncodedBatch | None]:
        """Waits for a partition to end; a BlendscopeError is what a worker says, or that the cluster cannot go on."""
        errors = self._ray.exceptions
        with self._heard():
            done, _ = self._ray.wait(list(self._numbers), num_returns=1)
        number = self._numbers.pop(done[0])
        try:
            with self._heard():
                return number, self._ray.get(done[0])
        except errors.RayTaskError as error:
            raise _sentence(error.cause) from error
        except (errors.RuntimeEnvSetupError, errors.TaskUnschedulableError) as error:
            raise CapacityError(f"The Ray cluster cannot start a worker: {_first_line(error)}") from error
        except errors.RayError:
            return number, None

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Says in a sentence that the way to a far cluster is gone; what is encoded stays."""
        try:
            yield
        except ConnectionError as error:
            raise CapacityError(
                f"The Ray cluster at {self._address} is not there any more ({error})."
            ) from error


def _work(maker: Maker, origin: str, partition: Sequence[Sent]) -> EncodedBatch:
    """What a worker runs; what it raises comes back as a sentence, for not every error can be read elsewhere."""
    try:
        return encode_sent(partition, _encoders(maker), origin)
    except Exception as error:
        raise _sentence(error) from None


@cache
def _encoders(maker: Maker) -> GalleryEncoders:
    """Returns the encoders of this worker, which are loaded once."""
    module, _, name = maker.function.partition(":")
    make: Callable[..., GalleryEncoders] = getattr(import_module(module), name)
    return make(*maker.arguments)


def _sentence(cause: BaseException | None) -> BlendscopeError:
    if isinstance(cause, BlendscopeError):
        return cause
    if isinstance(cause, ModuleNotFoundError):
        return SettingsError(
            f"A worker lacks {cause.name}; install the packages of requirements.lock on each machine of the cluster."
        )
    return CapacityError(f"A worker of the Ray cluster failed: {_first_line(cause)}")


@contextmanager
def _joined(address: str, processors: int | None) -> Iterator[Any]:
    """Takes part in a cluster, or starts one on this machine, for as long as the block runs."""
    # Read when Ray is imported: nothing is told to its makers, and a cluster of our own is heard on this machine alone.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address == LOCAL:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    ray = _loaded()
    variables = {
        "OMP_NUM_THREADS": str(processor_threads()),
        "OMP_WAIT_POLICY": "passive",
        "BLENDSCOPE_RUNTIME": tower_runtime(),
    }
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address == LOCAL:
        here = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        options |= {
            "num_cpus": processors,
            "include_dashboard": False,
            "object_store_memory": SHARED_MEMORY,
            "runtime_env": {"env_vars": {**variables, "PYTHONPATH": here}},
        }
        # In this thread: the system ends what Ray starts with the thread that started it.
        with _refused(address):
            ray.init(**options)
    else:
        _reach(address)
        sent = {"working_dir": str(ROOT), "excludes": NOT_SENT, "env_vars": variables}
        _started(lambda: ray.init(address, runtime_env=sent, **options), address)
    try:
        yield ray
    finally:
        ray.shutdown()


def _loaded() -> Any:
    """Returns the library.

    Raises:
        SettingsError: it is not installed, or what is installed cannot be loaded.
    """
    with sentence_for_missing("--ray"):
        try:
            return import_module("ray")
        except ModuleNotFoundError:
            raise
        except ImportError as error:
            raise SettingsError(
                f"--ray cannot load the Ray that is installed ({_first_line(error).rstrip('.')}); install it anew with "
                "`pip install --force-reinstall -r requirements-ray.txt`."
            ) from error


def _reach(address: str) -> None:
    """Makes sure that something listens where a cluster should, for Ray would ask for minutes.

    Raises:
        SettingsError: nothing does.
    """
    match = ADDRESS.fullmatch(address)
    if match is None:  # the cluster of this machine
        return
    try:
        where = (match["host"].strip("[]"), int(match["port"]))
        socket.create_connection(where, timeout=REACHED_WITHIN).close()
    except OSError as error:
        reason = (error.strerror or str(error)).rstrip(".")
        raise SettingsError(
            f"There is no Ray cluster at {address} ({reason}); start one with `ray start --head`, or give local."
        ) from error


def _started(start: Callable[[], object], address: str) -> None:
    """Takes part in a cluster, in a thread of its own: Ray asks a server that is no Ray again and again.

    Raises:
        SettingsError: it cannot be had, or not in time.
    """
    failed: list[BlendscopeError] = []

    def run() -> None:
        try:
            with _refused(address):
                start()
        except BlendscopeError as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True, name="ray")
    thread.start()
    thread.join(JOINED_WITHIN)
    if thread.is_alive():
        raise SettingsError(
            f"What answers at {address} is no Ray cluster, or takes more than {JOINED_WITHIN:.0f} s."
        )
    if failed:
        raise failed[0]


@contextmanager
def _refused(address: str) -> Iterator[None]:
    """Says in one sentence why Ray does not start."""
    try:
        yield
    # Ray ends the process by SystemExit where it cannot go on.
    except (Exception, SystemExit) as error:
        raise SettingsError(f"The Ray cluster at {address} cannot be used: {_first_line(error)}") from error


def _first_line(error: BaseException | None) -> str:
    return next(filter(None, map(str.strip, str(error).splitlines())), type(error).__name__)
