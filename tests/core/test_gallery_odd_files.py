"""A folder as people have it, with every odd file in it: each is used or listed among the rejects, none is lost."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.index.build import build_gallery
from tests.core.gallery_fakes import FakeEncoders, opened

GREY_16 = Image.fromarray((np.outer(np.arange(60), np.arange(80)) * 13).astype(np.uint16))


def drawn(seed: int, mode: str = "RGB") -> Image.Image:
    pixels = (
        np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8).repeat(10, 0).repeat(10, 1)
    )
    return Image.fromarray(pixels).convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


MORE: dict[str, Any] = {"save_all": True, "append_images": [drawn(1), drawn(2)]}
USED: dict[str, bytes] = {
    **{f"upper/{ending}.{ending}": saved(drawn(3), "JPEG") for ending in ("JPG", "Jpeg", "JFIF", "jpe")},
    **{f"upper/{kind}.{kind}": saved(drawn(4), kind) for kind in ("PNG", "GIF", "BMP", "WEBP")},
    "wrong ending/jpeg.png": saved(drawn(5), "JPEG"),
    "wrong ending/png.jpg": saved(drawn(6), "PNG"),
    "wrong ending/webp.gif": saved(drawn(7), "WEBP"),
    "wrong ending/none": saved(drawn(8), "JPEG"),
    "kinds/cmyk.jpg": saved(drawn(9, "CMYK"), "JPEG"),
    "kinds/grey 16 bits.png": saved(GREY_16, "PNG"),
    "kinds/palette.png": saved(drawn(10, "P"), "PNG"),
    "kinds/one bit.png": saved(drawn(11, "1"), "PNG"),
    "kinds/two views.jpg": saved(drawn(12), "MPO", **MORE),
    "kinds/moving.png": saved(drawn(13), "PNG", **MORE),
    "kinds/moving.gif": saved(drawn(14), "GIF", **MORE),
    "kinds/damaged profile.jpg": saved(drawn(15), "JPEG", icc_profile=b"garbage"),
    "kinds/zeros after its end.jpg": saved(drawn(16), "JPEG") + bytes(4000),
    "names/" + "x" * 240 + ".png": saved(drawn(17), "PNG"),
    "names/日本語 🦊 <b>'\"%20&.png": saved(drawn(18), "PNG"),
    "names/folder.jpg/inside.png": saved(drawn(19), "PNG"),
    "/".join(f"{depth}" for depth in range(40)) + "/deep.png": saved(drawn(20), "PNG"),
    "copies/a.png": saved(drawn(21), "PNG"),
    "copies/b.png": saved(drawn(21), "PNG"),
}
REFUSED: dict[str, bytes] = {
    "page.jpg": b"<!doctype html><title>404 Not Found</title>",
    "answer.jpg": b'{"error": "too many requests"}',
    "large file.png": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 9\n",
    "annex.jpg": b"/annex/objects/SHA256E-s123--abcdef.jpg\n",
    "packed.jpg": b"\x1f\x8b\x08" + bytes(40),
    "film.gif": b"\0\0\0\x18ftypmp42" + bytes(40),
    "only a head.jpg": b"\xff\xd8\xff\xe0",
    "zeros.jpg": bytes(5000),
    "scan.tiff": saved(drawn(30), "TIFF"),
    "icon.ico": saved(drawn(31), "ICO"),
    "strip.png": saved(Image.new("RGB", (4000, 10)), "PNG"),
}
PASSED_OVER = ("notes.txt", "photo.jpg.txt", ".git/a.png", "@eaDir/a.png", "__MACOSX/._a.png")


def test_each_odd_file_is_used_or_refused_with_a_reason(tmp_path: Path) -> None:
    folder, out = tmp_path / "pictures", tmp_path / "shop"
    for name, content in (USED | REFUSED | dict.fromkeys(PASSED_OVER, saved(drawn(40), "PNG"))).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    links = {"loop a.png": "loop b.png", "loop b.png": "loop a.png", "itself.jpg": "itself.jpg"}
    links |= {
        "nowhere.png": "/nowhere/a.png",
        "endless.png": "/dev/zero",
        "up": ".",
        "memory.png": "/proc/self/mem",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.link(folder / "upper" / "PNG.PNG", folder / "hard.png")
    os.mkfifo(folder / "pipe.jpg")
    with (folder / "sparse.jpg").open("wb") as sparse:
        sparse.truncate(2**32)
    build_gallery(folder, out, encoders=FakeEncoders())
    assert {item.file for item in opened(out).items} == {*USED, "hard.png"}
    rejects = [json.loads(line) for line in (out / "rejects.jsonl").read_text().splitlines()]
    assert {reject["file"] for reject in rejects} == {*REFUSED, *links, "pipe.jpg", "sparse.jpg"}
    assert all(len(reject["reason"]) > 20 and reject["reason"].endswith(".") for reject in rejects)
