"""What is known of trained weights: where they came from, how good they are, what they were chosen with."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from core.errors import ArtifactError

FORMAT, FLAT_FORMAT = 2, 1
SEEN_DIGITS = 16
DIGEST = re.compile(r"[0-9a-f]{64}")
NO_MIX = "The manifest of the weights {kind!r} holds no three usable weights of the mix; train them again."
Mix = tuple[float, float, float]
JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "kind": str, "models": dict, "data": list, "split": str, "seed": int, "versions": dict, "metrics": dict,
    "minutes": (int, float), "details": dict, "tensors_sha256": str, "seen_sha256": str, "format": int,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set of trained weights is, where it came from and how good it is.

    Attributes:
        kind: which head it is, such as "field_road".
        models: role -> id of the frozen models whose outputs it takes; checked when it is loaded.
        data: the packs it was trained on, by name.
        split: one sentence on what was kept back.
        seed: the seed of the run.
        versions: library -> version.
        metrics: name -> {"value", "low", "high", "n"}, measured on data that training did not see.
        minutes: how long the training took.
        details: whatever else the head needs to be rebuilt (sizes, labels, thresholds), plain JSON.
        tensors_sha256: digest of the file of the tensors.
        seen_sha256: digest of the list of seen pictures; "" in format 1, which did not check it.
        format: how the files lie in the folder.
        seen: pictures used in training, each the first 16 hex digits of the SHA-256 of its file.
    """

    kind: str
    models: dict[str, str]
    data: list[str]
    split: str
    seed: int
    versions: dict[str, str]
    metrics: dict[str, dict[str, float]]
    minutes: float
    details: dict[str, Any] = field(default_factory=dict)
    tensors_sha256: str = ""
    seen_sha256: str = ""
    format: int = FORMAT
    seen: frozenset[str] = frozenset()

    def has_seen(self, digest: str) -> bool:
        """Tells whether training used the picture whose file has this SHA-256."""
        return digest[:SEEN_DIGITS] in self.seen

    @property
    def start_weights(self) -> Mix | None:
        """The weights of the mix that were chosen on validation queries; None where none were.

        Raises:
            ArtifactError: they are no three finite numbers.
        """
        return self._mix("weights")

    @property
    def learned_weights(self) -> Mix | None:
        """The weights of the mix that gradient descent ended at; otherwise as `start_weights`."""
        return self._mix("learned_weights")

    def _mix(self, name: str) -> Mix | None:
        if name not in self.details:
            return None
        try:
            w0, w1, w2 = map(float, self.details[name])
        except (TypeError, ValueError):
            w0 = w1 = w2 = math.nan
        if not all(map(math.isfinite, (w0, w1, w2))):
            raise ArtifactError(NO_MIX.format(kind=self.kind))
        return w0, w1, w2


def manifest_of(value: Any) -> Manifest:
    """Returns the manifest that a JSON value describes, without the seen pictures.

    Raises:
        TypeError: the value is not an object, or a field is missing, unknown or of the wrong type.
        ValueError: another format, or a digest that is none.
    """
    manifest = Manifest(**value)
    for name, kind in JSON_TYPES.items():
        if not isinstance(getattr(manifest, name), kind):
            raise TypeError(f"the field {name!r} has the wrong type")
    if manifest.seen:
        raise TypeError("the seen pictures stand in a file of their own")
    if manifest.format not in (FLAT_FORMAT, FORMAT):
        raise ValueError(f"it has format {manifest.format}; this version reads {FLAT_FORMAT} and {FORMAT}")
    if manifest.format == FORMAT and not all(
        DIGEST.fullmatch(digest) for digest in (manifest.tensors_sha256, manifest.seen_sha256)
    ):
        raise ValueError("a digest is no SHA-256")  # files are called by them
    return manifest
