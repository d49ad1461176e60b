"""Pictures at their own size: those of the opened gallery, encoded anew, and nothing else."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from demo.copy import NO_ADDRESS
from demo.originals import original_address
from demo.page import Page, launch_options
from tests.demo.retrieval_fakes import drawn_gallery

SECRET = "taken at home"


@dataclass
class FolderServices:
    """A gallery of two pictures beside a file that is none of them."""

    folder: Path

    def gallery(self) -> Any:
        digests = [
            hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in ("a.jpg", "b.png")
        ]
        items = zip(drawn_gallery().items, digests, ("a.jpg", "b.png"), strict=False)
        return replace(drawn_gallery(), items=tuple(replace(item, digest=d, file=f) for item, d, f in items))

    def original(self, index: int) -> Path | None:
        return self.folder / ("a.jpg", "b.png")[index]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exif = Image.new("RGB", (1, 1)).getexif()
    exif[0x010E], exif[0x0112] = SECRET, 6
    Image.new("RGB", (3000, 2000), "teal").save(tmp_path / "a.jpg", exif=exif)
    Image.new("RGB", (60, 50), "red").save(tmp_path / "b.png")
    Image.new("RGB", (60, 50), "blue").save(tmp_path / "private.png")
    return tmp_path


@pytest.fixture
def services(folder: Path) -> FolderServices:
    return FolderServices(folder)


@pytest.fixture
def http(services: FolderServices) -> Iterator[TestClient]:
    with Page() as page:
        gr.HTML()
    page.services = services  # type: ignore[assignment]
    options = {name: value for name, value in launch_options().items() if name != "quiet"}
    site = gr.mount_gradio_app(FastAPI(openapi_url=None), page, "/", **options)
    with TestClient(site, "http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def test_only_pictures_of_the_opened_gallery_are_served(folder: Path, http: TestClient) -> None:
    items = FolderServices(folder).gallery().items
    reply = http.get(f"/{original_address(0, items[0].digest)}")
    assert reply.status_code == 200 and reply.headers["content-type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(reply.content))
    assert picture.size == (2000, 3000), "upright, and as large as it is"
    assert not picture.getexif() and SECRET.encode() not in reply.content
    assert http.head(f"/{original_address(0, items[0].digest)}").content == b""
    private = hashlib.sha256((folder / "private.png").read_bytes()).hexdigest()
    wrong = [
        original_address(1, items[0].digest), original_address(2, items[0].digest), original_address(0, private),
        original_address(999999999, items[0].digest), f"gradio_api/gallery/-1/{items[0].digest}",
        f"gradio_api/gallery/0/{items[0].digest}/../private.png", "gradio_api/gallery/0/private.png",
        f"gradio_api/file={folder / 'a.jpg'}", f"gradio_api/file={folder / 'private.png'}",
    ]  # fmt: skip
    for address in wrong:
        assert http.get(f"/{address}").status_code in (403, 404), address
    assert http.post(f"/{original_address(0, items[0].digest)}").json()["error"] == NO_ADDRESS


def test_a_file_that_is_another_one_now_is_not_served(
    folder: Path, http: TestClient, services: FolderServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = services.gallery()
    digest = gallery.items[1].digest
    monkeypatch.setattr(services, "gallery", lambda: gallery)
    Image.new("RGB", (60, 50), "green").save(folder / "b.png")
    assert http.get(f"/{original_address(1, digest)}").status_code == 404
    (folder / "b.png").unlink()
    assert http.get(f"/{original_address(1, digest)}").status_code == 404
