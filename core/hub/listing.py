"""What the Hub has of a model at its commit: which files are fetched, their sizes and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huggingface_hub import HfApi, ModelInfo
from huggingface_hub.errors import HFValidationError

from core.errors import ArtifactError, NotReadyError
from core.hub.failures import no_hub
from core.hub.pins import Pin

ANSWER_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file at one commit.

    Attributes:
        path: inside the repository.
        size: in bytes.
        blob: the name under which the cache keeps its bytes: the SHA-256 of a large file, git's SHA-1 of a
            small one.
        sha256: the digest that its bytes must have, "" when none is known.
    """

    path: str
    size: int
    blob: str
    sha256: str

    @property
    def digest(self) -> str:
        """What its bytes are checked by: the SHA-256 where one is known, else git's SHA-1."""
        return self.sha256 or self.blob


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fetched of a model.

    Attributes:
        commit: 40 hex digits.
        files: small ones first, so that a folder with its weights has all the rest, too.
    """

    commit: str
    files: tuple[HubFile, ...]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.size for file in self.files)


def plan(pin: Pin, commit: str | None, endpoint: str | None) -> Plan:
    """Asks the Hub for the files of a model.

    Args:
        pin: the model.
        commit: the commit to ask for, None for the one that the branch main points at.
        endpoint: address of the Hub, None for huggingface_hub's own choice.

    Raises:
        NotReadyError: the commit lacks a file that the model needs, or what answers is not the Hub.
        ArtifactError: the Hub offers other weights than those that were pinned.
    """
    info = _model_info(pin, commit, endpoint)
    there = {}
    for sibling in info.siblings or ():
        lfs = sibling.lfs.sha256 if sibling.lfs else ""
        there[sibling.rfilename] = HubFile(
            sibling.rfilename, sibling.size or 0, lfs or sibling.blob_id or "", lfs
        )
    files = [_checked(pin, there[name]) for name in _chosen(pin, there)]
    return Plan(str(info.sha), tuple(sorted(files, key=lambda file: (file.size, file.path))))


def _model_info(pin: Pin, commit: str | None, endpoint: str | None) -> ModelInfo:
    try:
        return HfApi(endpoint=endpoint).model_info(
            pin.repository, revision=commit or "main", files_metadata=True, timeout=ANSWER_WITHIN
        )
    except HFValidationError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        # What came with status 200 is not JSON, or not the description of a model.
        raise no_hub(pin) from error


def _chosen(pin: Pin, there: Mapping[str, HubFile]) -> list[str]:
    lacking = [name for name in pin.files if name not in there]
    weights = next((files for files in pin.either if all(name in there for name in files)), ())
    if pin.either and not weights:
        lacking.append(" or ".join(files[-1] for files in pin.either))
    if lacking:
        raise NotReadyError(
            f"The Hub's {pin.repository} has no {', '.join(lacking)} at the commit that Blendscope uses; use a newer "
            "Blendscope, whose list of models may be mended."
        )
    return [*pin.files, *weights, *(name for name in pin.also if name in there)]


def _checked(pin: Pin, file: HubFile) -> HubFile:
    pinned = pin.sha256.get(file.path, "")
    if pinned and file.sha256 and pinned != file.sha256:
        raise ArtifactError(
            f"The Hub offers another {file.path} of {pin.repository} than the one that was pinned (SHA-256 "
            f"{file.sha256[:12]}, expected {pinned[:12]}); nothing was fetched, check HF_ENDPOINT."
        )
    return HubFile(file.path, file.size, file.blob, pinned or file.sha256)
