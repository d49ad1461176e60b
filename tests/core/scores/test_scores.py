"""Scores of another retrieval model: the format of the document, each fault in one sentence, and the ranking."""

from __future__ import annotations

import io
import re
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BlendscopeError, InputError
from core.scores import files, open_scores
from core.scores.gallery import ScoredPictures
from core.scores.ranking import answer, evidence_of, recall_map, right_ranks
from tests.demo.retrieval_fakes import draw_garment

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "scores.md"
Arrays = dict[str, Any]


def arrays(kinds: int = 3, queries: int = 4, n: int = 6) -> Arrays:
    rng = np.random.default_rng(2)
    return {
        "parts": rng.standard_normal((kinds, queries, n)).astype(np.float32),
        "kinds": np.array(["picture", "words", "both"][:kinds]),
        "ids": np.array([f"thing {row}" for row in range(n)]),
        "right": np.array([[0, 1], [1, 2], [3, 0], [3, 5]]),
    }


def saved(folder: Path, content: Arrays) -> Path:
    path = folder / "scores.npz"
    np.savez(path, **content)
    return path


def test_the_documents_writer_writes_what_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert len(program.splitlines()) <= 10
    (tmp_path / "writer.py").write_text(program, encoding="utf-8")
    runpy.run_path(str(tmp_path / "writer.py"))
    scores = open_scores(tmp_path / "scores.npz")
    assert scores.ids == ("violin.jpg", "cello.jpg", "guitar.jpg") == scores.files
    assert (scores.kinds, scores.right, scores.weights) == (("picture", "words"), ((0,), (2,)), (0.5, 0.5))
    first = answer(scores, evidence_of(scores, 1), (0.1, 0.9), 2)
    assert (
        first.sentence
        == "The picture and the words both find “guitar.jpg”, the right one: picture rank 1, words 1, blend 1."
    )


def test_the_document_lists_what_is_read() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(files.NAMES)


def test_a_folder_of_arrays_is_the_same(tmp_path: Path) -> None:
    content = arrays()
    (tmp_path / "set").mkdir()
    for name, array in content.items():
        np.save(tmp_path / "set" / f"{name}.npy", array)
    first, second = open_scores(tmp_path / "set"), open_scores(saved(tmp_path, content))
    np.testing.assert_array_equal(first.parts, second.parts)
    assert (first.ids, first.right) == (second.ids, second.right)


@pytest.mark.parametrize("kinds", [2, 3])
def test_the_ranking_is_the_sum_and_leaves_out_what_it_should(tmp_path: Path, kinds: int) -> None:
    content = arrays(kinds) | {"left_out": np.array([[0, 4]])}
    scores = open_scores(saved(tmp_path, content))
    weights = np.array([0.2, 0.5, 0.3][:kinds])
    weights = weights / weights.sum()
    ranked = answer(scores, evidence_of(scores, 0), weights.tolist(), 6)
    sums = np.tensordot(weights, content["parts"][:, 0].astype(np.float64), 1)
    order = [row for row in np.argsort(-sums, kind="stable") if row != 4]
    assert [hit.index for hit in ranked.hits] == order
    assert ranked.right is not None and ranked.right.rank == 1 + order.index(1)
    assert "1 candidate is left out." in ranked.sentence
    wanted = []
    for query, answers in ((0, [1]), (1, [2]), (3, [0, 5])):
        sums = np.tensordot(weights, content["parts"][:, query].astype(np.float64), 1)
        order = [row for row in np.argsort(-sums, kind="stable") if (query, row) != (0, 4)]
        wanted.append(1 + min(order.index(row) for row in answers))
    assert right_ranks(scores, weights.tolist()) == wanted
    mapped = recall_map(scores)
    assert (mapped is None) == (kinds == 2)
    assert mapped is None or mapped.queries == 3


def with_nan(content: Arrays) -> None:
    content["parts"][1, 2, 3] = np.nan


def with_infinity(content: Arrays) -> None:
    content["parts"][0, 0, 0] = np.inf


def with_infinity_of_two_bytes(content: Arrays) -> None:
    with_infinity(content)
    content["parts"] = content["parts"].astype(np.float16)


def changed(**new: Any) -> Callable[[Arrays], None]:
    return lambda content: content.update(new)


FAULTS: dict[str, tuple[Callable[[Arrays], Any], str]] = {
    "NaN": (with_nan, r"have nan in parts\[1, 2, 3\]; every score must be a finite number"),
    "infinity": (with_infinity, r"have inf in parts\[0, 0, 0\]"),
    "infinity in half precision": (with_infinity_of_two_bytes, r"have inf in parts\[0, 0, 0\]"),
    "unequal lengths": (changed(ids=np.array(["a", "b"])), "have 2 ids where the parts have 6; the lengths"),
    "duplicate ids": (changed(ids=np.array(["a", "b", "c", "a", "d", "e"])), "have the id 'a' twice, in rows 0 and 3"),
    "no such right answer": (changed(right=np.array([[0, 6]])), "right candidate 6 for query 0, which does not exist"),
    "no such query": (changed(right=np.array([[-1, 0]])), "for query -1, which does not exist"),
    "right answers that are no pairs": (changed(right=np.array([0.5, 1.0])), "whole numbers in pairs"),
    "object arrays": (changed(ids=np.array(["a", 2, None, "b", "c", "d"], object)), "holds Python objects; numbers"),
    "bytes": (changed(ids=np.array([b"a", b"b", b"c", b"d", b"e", b"f"])), "numbers or text"),
    "ids that are numbers": (changed(ids=np.arange(6)), "a list of text is accepted"),
    "an empty id": (changed(ids=np.array(["a", "b", "c", "", "d", "e"])), "cannot be used: "),
    "one part": (changed(parts=np.zeros((1, 4, 6), np.float32)), "have 1 parts; two or three kinds"),
    "four parts": (changed(parts=np.zeros((4, 4, 6), np.float32)), "have 4 parts; two or three kinds"),
    "no queries": (changed(parts=np.zeros((3, 0, 6), np.float32)), "have 0 queries; 1 to 5,000"),
    "no candidates": (changed(parts=np.zeros((3, 4, 0), np.float32)), "have 0 candidates"),
    "a flat array": (changed(parts=np.zeros(12, np.float32)), "floats in the shape"),
    "whole numbers": (changed(parts=np.zeros((3, 4, 6), int)), "floats in the shape"),
    "unknown kinds": (changed(kinds=np.array(["picture", "words", "sound"])), "each is one of picture, words, both"),
    "a kind twice": (changed(kinds=np.array(["picture", "words", "words"])), "each stands once"),
    "no parts": (lambda content: content.pop("parts"), "lack parts"),
    "nothing": (lambda content: content.clear(), "lack parts, kinds, ids"),
    "no such folder": (changed(pictures=np.array("nowhere")), "name a folder of pictures that is not there"),
    "a way out of the folder": (changed(files=np.array(["../a", "b", "c", "d", "e", "f"])), "name the picture '../a'"),
    "a right answer left out": (changed(left_out=np.array([[0, 1]])), "leave out of query 0 one of its right answers"),
    "all left out": (changed(left_out=np.array([[2, row] for row in range(6)])), "every candidate of query 2"),
    "weights below 0": (changed(weights=np.array([-1.0, 1.0, 1.0])), "have weights that cannot be used"),
    "weights of NaN": (changed(weights=np.array([np.nan, 1.0, 1.0])), "have weights that cannot be used"),
    "no weights": (changed(weights=np.zeros(3)), "have weights that cannot be used"),
    "two titles": (changed(title=np.array(["a", "b"])), "have 2 values in title; one text"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_one_sentence(tmp_path: Path, fault: str) -> None:
    content = arrays()
    spoil, sentence = FAULTS[fault]
    spoil(content)
    with pytest.raises(BlendscopeError, match=sentence) as refusal:
        open_scores(saved(tmp_path, content))
    text = str(refusal.value)
    assert text.endswith(".") and "\n" not in text and str(tmp_path) not in text


def test_objects_are_never_unpickled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Harm:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("harm was done",)

    content = arrays() | {"ids": np.array([Harm()] * 6, dtype=object)}
    path = saved(tmp_path, content)
    with pytest.raises(BlendscopeError, match="Python objects"):
        open_scores(path)
    assert "harm" not in capsys.readouterr().out


def forged(folder: Path, name: str, content: bytes) -> Path:
    """Returns scores in which one array is replaced by bytes."""
    path = saved(folder, {key: array for key, array in arrays().items() if key != name})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.npy", content)
    return path


def header(shape: tuple[int, ...], kind: str = "<f4") -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": kind, "fortran_order": False, "shape": shape})  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(header((3, 10**9, 10**9)) + bytes(40), id="claims more than it has"),
        pytest.param(header((3, -4, -6)) + bytes(288), id="negative lengths"),
        pytest.param(b"no array at all", id="no header"),
        pytest.param(b"", id="empty"),
        pytest.param(header((3, 4, 6)) + bytes(10), id="cut off"),
    ],
)
def test_damaged_arrays_are_refused_before_memory_is_asked_for(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BlendscopeError, match="'parts' of the scores 'scores.npz' is damaged"):
        open_scores(forged(tmp_path, "parts", content))


def test_what_expands_too_far_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2**20)
    path = forged(tmp_path, "parts", header((3, 4, 6)) + bytes(2**21))
    assert path.stat().st_size < 2**16
    with pytest.raises(BlendscopeError, match=r"expand to .* GB; up to"):
        open_scores(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scores.npz"
    path.write_bytes(content)
    with pytest.raises(BlendscopeError, match="are no complete"):
        open_scores(path)
    with pytest.raises(BlendscopeError, match="There are no scores at"):
        open_scores(tmp_path / "missing.npz")


def test_pictures_are_made_small_and_what_is_none_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    draw_garment("red", "shirt").save(tmp_path / "pictures" / "a.png")
    (tmp_path / "pictures" / "b.png").write_text("no picture")
    content = arrays(2, 1, 3) | {
        "files": np.array(["a.png", "b.png", "gone.png"]),
        "right": np.zeros((0, 2), int),
    }
    scores = open_scores(saved(tmp_path, content))
    pictures = ScoredPictures(scores, tmp_path / "cache")
    pictures.make(range(3))
    small = [path for path in pictures.gallery.thumbnails.iterdir() if path.suffix == ".webp"]
    assert [path.name for path in small] == [pictures.gallery.items[0].thumbnail.removeprefix("thumbnails/")]
    with pytest.raises(InputError):
        answer(scores, evidence_of(scores, 0), (float("nan"), 1.0), 3)
