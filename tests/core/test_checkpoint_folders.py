"""A model's folder is read whole, as data, from disk alone; whatever is wrong with it is one sentence."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.captioners.blip import BlipCaptioner
from core.captioners.blip2 import Blip2Captioner
from core.captioners.interview import Interview
from core.devices import CPU, Place
from core.encoders.bert import Bert
from core.encoders.blip_itm import BlipItm
from core.encoders.checkpoint import without_ends
from core.encoders.device import BACKEND, dtype_of
from core.encoders.dinov2 import Dinov2
from core.encoders.open_clip_joint import OpenClipJoint
from core.errors import ArtifactError
from core.residency import KEEPER
from tests import checkpoints
from tests.pocket import painted

# family -> (what writes it, what reads it, one use of it)
FAMILIES: dict[str, tuple[Callable[..., Path], Callable[[Path], Any], Callable[[Any], Any]]] = {
    "dinov2": (
        checkpoints.tiny_dinov2,
        lambda folder: Dinov2(folder, id="tiny"),
        lambda model: model.pooled([painted(1)]),
    ),
    "bert": (
        checkpoints.tiny_bert,
        lambda folder: Bert(folder, id="tiny"),
        lambda model: model.sentences(["a dog"]),
    ),
    "blip_itm": (
        checkpoints.tiny_blip_itm,
        lambda folder: BlipItm(folder, id="tiny"),
        lambda model: model.compose([painted(1)], ["a dog"]),
    ),
    "open_clip": (
        checkpoints.tiny_open_clip,
        lambda folder: OpenClipJoint(folder, id="tiny"),
        lambda model: model.encode_pictures([painted(1)]),
    ),
    "blip_caption": (
        checkpoints.tiny_blip_caption,
        lambda folder: BlipCaptioner(folder, id="tiny"),
        lambda model: model.captions([painted(1)]),
    ),
    "blip2_opt": (
        checkpoints.tiny_blip2_opt,
        lambda folder: Blip2Captioner(folder, id="tiny"),
        lambda model: model.captions([painted(1)]),
    ),
}
EACH = pytest.mark.parametrize("family", list(FAMILIES))


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bool], Path]:
    """Writes each tiny checkpoint once, to be copied and broken."""
    written: dict[tuple[str, bool], Path] = {}

    def template(family: str, bin: bool) -> Path:
        if (family, bin) not in written:
            written[family, bin] = FAMILIES[family][0](tmp_path_factory.mktemp(family), bin=bin)
        return written[family, bin]

    return template


@pytest.fixture
def broken(templates: Callable[[str, bool], Path], tmp_path: Path) -> Callable[..., Path]:
    def copied(family: str, bin: bool = False) -> Path:
        return Path(shutil.copytree(templates(family, bin), tmp_path / "copy"))

    return copied


def config_of(folder: Path) -> Path:
    return next(
        folder / name for name in ("open_clip_config.json", "config.json") if (folder / name).exists()
    )


def weights_of(folder: Path) -> Path:
    return next(path for path in sorted(folder.iterdir()) if path.suffix in (".safetensors", ".bin"))


def refused(family: str, folder: Path) -> str:
    """Returns the one sentence with which a folder is refused, when it is opened or first used."""
    _, read, use = FAMILIES[family]
    with pytest.raises(ArtifactError) as caught:
        use(read(folder))
    sentence = str(caught.value)
    assert "\n" not in sentence and str(folder) not in sentence and "tiny" in sentence
    assert sentence.endswith("fetch it again.")
    return sentence


@EACH
def test_a_missing_or_damaged_configuration_is_refused(family: str, broken: Callable[..., Path]) -> None:
    folder = broken(family)
    config = config_of(folder)
    for content in (b"", b"{", b"[1]", b"[" * 50_000, b"\xff\xfe", b"{}"):
        config.write_bytes(content)
        refused(family, folder)
    config.write_text('{"model_type": "gpt2"}')
    refused(family, folder)
    config.unlink()
    assert "lacks a readable" in refused(family, folder)


@pytest.mark.fault_rows(48)
@EACH
@pytest.mark.parametrize("bin", [False, True], ids=["safetensors", "bin"])
def test_missing_or_damaged_weights_are_refused(family: str, bin: bool, broken: Callable[..., Path]) -> None:
    folder = broken(family, bin)
    weights = weights_of(folder)
    whole = weights.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"<html>not found</html>"):
        weights.write_bytes(content)
        refused(family, folder)
    weights.unlink()
    assert "lacks its weights" in refused(family, folder)


@EACH
def test_a_tensor_that_is_missing_or_of_another_shape_is_never_made_up(
    family: str, broken: Callable[..., Path]
) -> None:
    folder = broken(family)
    weights = weights_of(folder)
    tensors = load_file(weights)
    large = next(name for name, tensor in sorted(tensors.items()) if tensor.ndim == 2 and "cls." not in name)
    save_file(
        {name: tensor for name, tensor in tensors.items() if name != large},
        weights,
        metadata={"format": "pt"},
    )
    refused(family, folder)
    save_file(tensors | {large: torch.zeros(3, 5)}, weights, metadata={"format": "pt"})
    refused(family, folder)


class _Payload:
    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("weights ran code",))


@pytest.mark.fault_rows(49)
@EACH
def test_weights_that_would_run_code_are_refused(
    family: str, broken: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = broken(family, True)
    torch.save({"weights": _Payload()}, weights_of(folder))
    refused(family, folder)
    assert "ran code" not in capsys.readouterr().out


@pytest.mark.parametrize("family", ["dinov2", "blip_itm", "blip_caption", "blip2_opt"])
def test_a_folder_without_its_preprocessing_is_refused(family: str, broken: Callable[..., Path]) -> None:
    folder = broken(family)
    (folder / "preprocessor_config.json").unlink()
    refused(family, folder)


@pytest.mark.parametrize("family", ["bert", "blip_itm", "blip_caption", "blip2_opt"])
def test_a_folder_with_a_damaged_tokenizer_is_refused(family: str, broken: Callable[..., Path]) -> None:
    folder = broken(family)
    (folder / "tokenizer.json").write_text("{")
    refused(family, folder)


def test_a_captioning_checkpoint_is_no_matching_model(templates: Callable[[str, bool], Path]) -> None:
    """Its projections and head would be random numbers."""
    with pytest.raises(ArtifactError, match="The weights of the model tiny lack some tensors"):
        BlipItm(templates("blip_caption", True), id="tiny").encode_pictures([painted(1)])


@pytest.mark.fault_rows(51)
def test_code_beside_the_weights_is_not_run(broken: Callable[..., Path]) -> None:
    folder = broken("dinov2")
    (folder / "modeling_evil.py").write_text("raise SystemExit('ran')\n")
    config = folder / "config.json"
    value = json.loads(config.read_text()) | {"auto_map": {"AutoModel": "modeling_evil.Evil"}}
    config.write_text(json.dumps(value))
    assert len(Dinov2(folder, id="tiny").pooled([painted(1)])) == 1


def test_an_interview_needs_both_folders(templates: Callable[[str, bool], Path], tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="The model talk lacks a readable config"):
        Interview(templates("blip_caption", True), tmp_path, id="talk")


def test_an_unknown_architecture_is_named(templates: Callable[[str, bool], Path]) -> None:
    with pytest.raises(ArtifactError, match="needs an open_clip that knows ViT-Nowhere"):
        OpenClipJoint(templates("open_clip", False), id="tiny", architecture="ViT-Nowhere")


def test_older_files_are_loaded_without_a_word_to_the_hub(broken: Callable[..., Path]) -> None:
    before = {thread.name for thread in threading.enumerate()}
    encoder = BlipItm(broken("blip_itm", True), id="tiny")
    encoder.encode_texts(["a dog"])
    assert not [
        name for name in {thread.name for thread in threading.enumerate()} - before if "conversion" in name
    ]


def test_one_folder_is_loaded_once_for_all_who_read_it_alike(broken: Callable[..., Path]) -> None:
    folder = broken("dinov2")
    first, second = Dinov2(folder, id="first"), Dinov2(folder, id="second", tokens="cls")
    first.pooled([painted(1)]), second.pooled([painted(1)])
    held = [held for held in KEEPER.state() if held.id in ("first", "second")]
    assert [model.id for model in held] == ["first"]
    state = load_file(folder / "model.safetensors")
    assert held[0].bytes == sum(tensor.nbytes for tensor in state.values())
    assert (
        (held[0].device, held[0].dtype) == ("cuda", "bfloat16") if BACKEND.has_cuda() else ("cpu", "float32")
    )


def test_a_strip_that_a_centre_crop_would_cut_is_cut_first() -> None:
    strip = np.arange(1024 * 2 * 3, dtype=np.uint32).reshape(1024, 2, 3).astype(np.uint8)
    assert without_ends(strip).shape == (16, 2, 3)
    np.testing.assert_array_equal(without_ends(strip), strip[504:520])
    assert without_ends(strip.transpose(1, 0, 2)).shape == (2, 16, 3)
    assert without_ends(strip[:16]).shape == (16, 2, 3)
    long = painted(3, (8, 1024))
    assert np.isfinite(long.pixels[..., 0].mean())


def test_the_number_types_are_torchs() -> None:
    assert dtype_of(CPU) is torch.float32
    assert dtype_of(Place("cuda", "bfloat16")) is dtype_of(Place("cuda", "int8")) is torch.bfloat16
    assert BACKEND.is_out_of_memory(torch.cuda.OutOfMemoryError("full"))
    assert not BACKEND.is_out_of_memory(RuntimeError("CUDA error: something else"))
    launch, full = (
        RuntimeError(f"CUDA error: {why}") for why in ("unspecified launch failure", "out of memory")
    )
    assert BACKEND.is_gone(launch) and BACKEND.is_out_of_memory(full)
    assert not BACKEND.is_gone(full) and not BACKEND.is_gone(RuntimeError("another shape"))
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert BACKEND.is_out_of_memory(caught.value), "the machine's own memory can be full as well"
