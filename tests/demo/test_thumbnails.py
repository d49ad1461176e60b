"""Small pictures of a gallery: what stands on the disk is asked once an answer, and what goes is seen to be gone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.index.bundle import Gallery, open_bundle
from demo.answers.compose import Mix
from demo.answers.live import map_value
from demo.events.compose import ComposeEvents
from demo.events.street_to_shop import StreetToShopEvents
from demo.thumbnails import thumbnail_addresses
from tests.core.bundle_makers import publish_in_segments
from tests.demo.retrieval_fakes import FakeServices, drawn_gallery


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    """A gallery whose pictures may be taken away."""
    shutil.copytree(drawn_gallery().thumbnails, tmp_path / "thumbnails")
    return replace(drawn_gallery(), path=tmp_path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked about or read."""
    touched: list[str] = []

    def noted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *others: Any, **options: Any) -> Any:
            touched.append(str(path))
            return original(path, *others, **options)

        return call

    for name in ("stat", "lstat", "open", "scandir", "listdir"):
        monkeypatch.setattr(os, name, noted(getattr(os, name)))
    return touched


def test_a_picture_that_has_gone_is_missing_and_comes_back(gallery: Gallery) -> None:
    first, second = thumbnail_addresses(gallery, (0, 1)).values()
    assert first.startswith("gradio_api/file=") and second != first
    file = gallery.thumbnails / Path(gallery.items[1].thumbnail).name
    content = file.read_bytes()
    file.unlink()
    assert dict(thumbnail_addresses(gallery, (0, 1))) == {0: first, 1: ""}
    file.write_bytes(content)
    assert thumbnail_addresses(gallery, (1,))[1] == second


def test_a_whole_folder_that_has_gone_shows_no_picture(gallery: Gallery) -> None:
    assert thumbnail_addresses(gallery, (0,))[0]
    shutil.rmtree(gallery.thumbnails)
    assert thumbnail_addresses(gallery, (0, 1)) == {0: "", 1: ""}


def test_a_slider_asks_the_disk_once_whatever_it_shows(disk: list[str]) -> None:
    services: Any = FakeServices()
    compose, shop = ComposeEvents(services), StreetToShopEvents(services)
    for move in (
        lambda weights: compose.weighed(Mix(weights), "example 0", None),
        lambda weights: shop.weighed(weights, "example 0", None),
    ):
        for weights in ((0.1, 0.2, 0.7), (0.7, 0.2, 0.1), (0.2, 0.7, 0.1)):
            move(weights)
        disk.clear()
        move((0.1, 0.2, 0.7))
        assert disk == [str(services.gallery().thumbnails)]


def test_of_a_gallery_in_segments_those_that_are_shown_are_looked_at(
    tmp_path: Path, disk: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_in_segments(tmp_path / "shop")
    gallery = open_bundle(tmp_path / "shop")
    names = [gallery.items[row].thumbnail for row in range(5)]
    disk.clear()
    addresses = thumbnail_addresses(gallery, (1, 3))
    assert [address.endswith(f"/shop/{names[row]}") for row, address in addresses.items()] == [True, True]
    assert {path for path in disk if path.endswith(".webp")} <= {
        str(tmp_path / "shop" / names[row]) for row in (1, 3)
    }
    (tmp_path / "shop" / names[2]).write_bytes(b"damaged")
    assert thumbnail_addresses(gallery, (1, 2))[2] == ""
    monkeypatch.setattr("demo.answers.live.MOST_CANDIDATES", 4)
    monkeypatch.setattr(
        "core.index.segmented.piece", lambda *_: pytest.fail("a map was read that is not drawn")
    )
    assert "5 pictures; the page draws a map of up to 4" in map_value(gallery, {"joint": "Compose"})["reason"]
