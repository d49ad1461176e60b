"""Settings: what the command line and the environment may say, and who wins."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError
from core.settings import PROFILES, UNKNOWN_MACHINE, Settings, data_folder, model_bytes, processor_threads


def test_without_a_word_the_pocket_profile_and_the_shipped_gallery_serve() -> None:
    settings = Settings.from_environment({})
    assert (settings.profile, settings.gallery) == ("pocket", None)
    assert settings.cache == Path.home() / ".cache" / "blendscope"


def test_empty_variables_count_as_absent() -> None:
    empty = dict.fromkeys(
        (
            "BLENDSCOPE_PROFILE",
            "BLENDSCOPE_GALLERY",
            "BLENDSCOPE_CACHE",
            "BLENDSCOPE_INDEX",
            "BLENDSCOPE_RUNTIME",
        ),
        "",
    )
    assert Settings.from_environment(empty, gallery="", profile="") == Settings()


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    environment = {
        "BLENDSCOPE_PROFILE": "nobody",
        "BLENDSCOPE_GALLERY": str(tmp_path / "one"),
        "BLENDSCOPE_CACHE": str(tmp_path / "cache"),
    }
    settings = Settings.from_environment(environment, gallery=str(tmp_path / "two"), profile="pocket")
    assert settings == Settings("pocket", tmp_path / "two", tmp_path / "cache")
    with pytest.raises(SettingsError, match="no profile called 'nobody'"):
        Settings.from_environment(environment)
    from_environment = Settings.from_environment(environment, profile="pocket")
    assert from_environment.gallery == tmp_path / "one"


@pytest.mark.parametrize("name", ["Pocket", "pocket ", "../pocket", "\0"])
def test_an_unknown_profile_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match=", ".join(PROFILES)):
        Settings.from_environment({"BLENDSCOPE_PROFILE": name})


def test_a_gallery_must_be_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.touch()
    for where in (file, tmp_path / "nowhere"):
        with pytest.raises(SettingsError, match="is not a folder"):
            Settings.from_environment({}, gallery=str(where))


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "shop").mkdir()
    settings = Settings.from_environment({"BLENDSCOPE_CACHE": "~/cache", "BLENDSCOPE_GALLERY": "~/shop"})
    assert (settings.gallery, settings.cache) == (tmp_path / "shop", tmp_path / "cache")


def test_the_data_folder_is_none_when_nothing_is_there(tmp_path: Path) -> None:
    assert data_folder({}) is None
    assert data_folder({"BLENDSCOPE_DATA": str(tmp_path / "nowhere")}) is None
    assert data_folder({"BLENDSCOPE_DATA": str(tmp_path)}) == tmp_path


def test_a_share_of_the_machine_is_for_models_where_nobody_says_how_much() -> None:
    assert model_bytes({"BLENDSCOPE_MODEL_BYTES": "123"}) == 123
    assert 10**8 < model_bytes({}) <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


class Windows:
    """Stands in for ctypes.windll; `total` is the machine's memory, None where the call fails."""

    def __init__(self, total: int | None) -> None:
        self.total = total
        self.kernel32 = self

    def GlobalMemoryStatusEx(self, status: Any) -> int:  # noqa: N802
        memory = ctypes.string_at(ctypes.addressof(status._obj), 4)
        assert int.from_bytes(memory, sys.byteorder) == 64, "Windows wants the size of the structure in it"
        if self.total is None:
            return 0
        ctypes.memmove(ctypes.addressof(status._obj) + 8, self.total.to_bytes(8, sys.byteorder), 8)
        return 1


@pytest.mark.parametrize(
    ("windows", "expected"),
    [(Windows(32 << 30), 16 << 30), (Windows(None), UNKNOWN_MACHINE // 2), (None, UNKNOWN_MACHINE // 2)],
)
def test_windows_tells_its_memory_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch, windows: Windows | None, expected: int
) -> None:
    monkeypatch.delattr(os, "sysconf")
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    monkeypatch.setattr(Path, "read_text", lambda path, *_: (_ for _ in ()).throw(FileNotFoundError))
    assert model_bytes({}) == expected


def test_an_unknown_runtime_is_refused_with_the_known_ones() -> None:
    assert Settings.from_environment({"BLENDSCOPE_RUNTIME": "torch"}).runtime == "torch"
    with pytest.raises(SettingsError, match="no runtime called 'Torch'; choose one of onnx, torch"):
        Settings.from_environment({"BLENDSCOPE_RUNTIME": "Torch"})


@pytest.mark.parametrize(("given", "threads"), [("3", 3), ("4,2", 4)])
def test_the_environment_says_how_many_threads_compute(given: str, threads: int) -> None:
    assert processor_threads({"OMP_NUM_THREADS": given}) == threads


@pytest.mark.parametrize("given", ["", "0", "-2", "many", "\u0663"])
def test_without_a_number_the_cores_that_may_be_used_compute(given: str) -> None:
    assert 1 <= processor_threads({"OMP_NUM_THREADS": given}) <= (os.cpu_count() or 1)
