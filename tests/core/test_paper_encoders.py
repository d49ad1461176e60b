"""The paper profile's encoders give what the libraries' own models give, computed here in a straight line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from torchvision.transforms.functional import to_pil_image
from transformers import (
    AutoImageProcessor,
    BertModel,
    BertTokenizer,
    BlipForImageTextRetrieval,
    Dinov2Model,
)

from core.encoders.bert import Bert
from core.encoders.blip_itm import BlipItm
from core.encoders.dinov2 import Dinov2
from core.encoders.open_clip_joint import OpenClipJoint
from core.errors import InputError
from tests.pocket import painted

PICTURES = [painted(seed, shape) for seed, shape in enumerate(((60, 80), (90, 64), (48, 48)))]
TEXTS = ("a dog runs across a field", "two red shoes", "a photo of a long blue dress with sleeves")
LONG = " ".join(f"dog{i} and" for i in range(200)) + " the very end"
BOTH = pytest.mark.parametrize("bin", [False, True], ids=["safetensors", "bin"])


def images(pictures: Sequence[Any]) -> list[Any]:
    return [to_pil_image(picture.pixels) for picture in pictures]


def unit(rows: torch.Tensor) -> np.ndarray:
    return np.asarray((rows / rows.norm(dim=-1, keepdim=True)).numpy())


def close(rows: np.ndarray, expected: Any) -> None:
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, np.asarray(expected), atol=2e-5)
    # Something different for each input, or the comparison would mean nothing.
    assert len(rows) == 1 or float(np.abs(rows[0] - rows[1]).max()) > 1e-3


@BOTH
@pytest.mark.parametrize(
    ("tokens", "taken"), [("all", slice(0, None)), ("patches", slice(1, None)), ("cls", slice(1))]
)
@torch.no_grad()
def test_dinov2_averages_the_tokens_of_the_last_layer(
    folders: Callable[..., Path], bin: bool, tokens: Any, taken: slice
) -> None:
    folder = folders("dinov2", bin)
    encoder = Dinov2(folder, id="tiny", tokens=tokens)
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    pixels = processor(images=images(PICTURES), return_tensors="pt")["pixel_values"]
    states = Dinov2Model.from_pretrained(folders("dinov2")).eval()(pixels).last_hidden_state
    assert states.shape == (3, 17, encoder.width)
    close(encoder.pooled(PICTURES), states[:, taken].mean(dim=1))


@torch.no_grad()
def test_dinov2_can_squeeze_pictures_as_the_published_embeddings_did(folders: Callable[..., Path]) -> None:
    folder = folders("dinov2")
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    squares = [image.resize((224, 224)) for image in images(PICTURES)]
    pixels = processor(images=squares, return_tensors="pt")["pixel_values"]
    states = Dinov2Model.from_pretrained(folder).eval()(pixels).last_hidden_state
    rows = Dinov2(folder, id="tiny", tokens="squared").pooled(PICTURES)
    close(rows, states.mean(dim=1))
    assert np.abs(rows - Dinov2(folder, id="tiny").pooled(PICTURES)).max() > 1e-3


@BOTH
@torch.no_grad()
def test_bert_leaves_padding_out_of_the_mean(folders: Callable[..., Path], bin: bool) -> None:
    encoder = Bert(folders("bert", bin), id="tiny")
    model = BertModel.from_pretrained(folders("bert")).eval()
    tokenizer = BertTokenizer.from_pretrained(folders("bert"))
    expected = [model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0) for text in TEXTS]
    close(encoder.sentences(TEXTS), torch.stack(expected))


@torch.no_grad()
def test_bert_counts_padding_in_batches_of_sixteen_where_asked(folders: Callable[..., Path]) -> None:
    folder = folders("bert")
    model = BertModel.from_pretrained(folder).eval()
    tokenizer = BertTokenizer.from_pretrained(folder)
    texts = [" ".join(["a dog"] * (1 + i % 7)) for i in range(20)]
    expected = []
    for batch in (texts[:16], texts[16:]):
        expected.append(
            model(**tokenizer(batch, padding=True, return_tensors="pt")).last_hidden_state.mean(1)
        )
    rows = Bert(folder, id="tiny", padding="counted").sentences(texts)
    close(rows, torch.cat(expected))
    assert np.abs(rows - Bert(folder, id="tiny").sentences(texts)).max() > 1e-3


@BOTH
@torch.no_grad()
def test_blip_gives_q_t_f_and_the_probability_of_a_match(folders: Callable[..., Path], bin: bool) -> None:
    folder = folders("blip_itm", bin)
    encoder = BlipItm(folder, id="tiny")
    model = BlipForImageTextRetrieval.from_pretrained(folders("blip_itm", False)).eval()
    pixels = AutoImageProcessor.from_pretrained(folder, backend="pil")(
        images=images(PICTURES), return_tensors="pt"
    )
    seen = model.vision_model(**pixels)[0]
    close(encoder.encode_pictures(PICTURES), unit(model.vision_proj(seen[:, 0])))
    close(encoder.picture_tokens(PICTURES[0]), unit(model.vision_proj(seen[0])))
    tokenizer = BertTokenizer.from_pretrained(folder)
    plain, looking, matches = [], [], []
    for i, text in enumerate(TEXTS):
        ids = tokenizer(text, return_tensors="pt").input_ids
        states = model.text_encoder(input_ids=ids)[0]
        plain.append(model.text_proj(states[0, 0]))
        if i == 0:
            close(encoder.text_tokens(text), unit(model.text_proj(states[0])))
        ids[0, 0] = 30523
        states = model.text_encoder(input_ids=ids, encoder_hidden_states=seen[i : i + 1])[0]
        looking.append(model.text_proj(states[0, 0]))
        matches.append(model.itm_head(states[0, 0]).softmax(0)[1])
    close(encoder.encode_texts(TEXTS), unit(torch.stack(plain)))
    close(encoder.compose(PICTURES, TEXTS), unit(torch.stack(looking)))
    close(encoder.matching(PICTURES, TEXTS), torch.stack(matches))
    # The library's own score agrees on q and t.
    ids = tokenizer(list(TEXTS), padding=True, return_tensors="pt")
    score = model(**ids, **pixels, use_itm_head=False).itm_score
    np.testing.assert_allclose(
        encoder.encode_pictures(PICTURES) @ encoder.encode_texts(TEXTS).T, score, atol=2e-5
    )


def test_blip_reads_the_picture_and_the_words_it_is_given_together(folders: Callable[..., Path]) -> None:
    encoder = BlipItm(folders("blip_itm"), id="tiny")
    rows = encoder.compose([PICTURES[0], PICTURES[1], PICTURES[0]], [TEXTS[0], TEXTS[0], TEXTS[1]])
    assert np.abs(rows[0] - rows[1]).max() > 1e-3, "the picture matters"
    assert np.abs(rows[0] - rows[2]).max() > 1e-3, "the words matter"
    with pytest.raises(InputError, match="as many texts as pictures, not 1 for 3"):
        encoder.compose(PICTURES, TEXTS[:1])


@BOTH
@pytest.mark.parametrize("named", [False, True], ids=["by its folder", "by its architecture"])
@torch.no_grad()
def test_clip_is_open_clips_own(
    folders: Callable[..., Path], bin: bool, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders("open_clip", bin)
    config = open_clip.get_model_config(f"local-dir:{folder}")
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, "Tiny-quickgelu", config)
    encoder = OpenClipJoint(folder, id="tiny", architecture="Tiny-quickgelu" if named else None)
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    model.eval()
    pixels = torch.stack([prepare(image) for image in images(PICTURES)])
    ids = open_clip.tokenize(list(TEXTS))
    close(encoder.encode_pictures(PICTURES), model.encode_image(pixels, normalize=True))
    close(encoder.encode_texts(TEXTS), model.encode_text(ids, normalize=True))
    assert encoder.scale == pytest.approx(float(model.logit_scale.exp()))
    states = model.visual.ln_post(model.visual.transformer(model.visual._embeds(pixels[:1])))[0, 1:]
    close(encoder.picture_tokens(PICTURES[0]), unit(states @ model.visual.proj))
    states = model.token_embedding(ids[:1]) + model.positional_embedding
    states = model.ln_final(model.transformer(states, attn_mask=model.attn_mask))[
        0, : int(ids[0].argmax()) + 1
    ]
    close(encoder.text_tokens(TEXTS[0]), unit(states @ model.text_projection))
    np.testing.assert_allclose(
        encoder.text_tokens(TEXTS[0])[-1], encoder.encode_texts(TEXTS[:1])[0], atol=2e-5
    )


@BOTH
@torch.no_grad()
def test_siglip_reads_with_the_tokenizer_in_its_folder(folders: Callable[..., Path], bin: bool) -> None:
    folder = folders("siglip", bin)
    encoder = OpenClipJoint(folder, id="tiny")
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    model.eval()
    pixels = torch.stack([prepare(image) for image in images(PICTURES)])
    ids = open_clip.get_tokenizer(f"local-dir:{folder}")(list(TEXTS))
    close(encoder.encode_pictures(PICTURES), model.encode_image(pixels, normalize=True))
    close(encoder.encode_texts(TEXTS), model.encode_text(ids, normalize=True))
    trunk = model.visual.trunk
    states = trunk.forward_features(pixels[:1])[0, 1:]
    alone = [trunk.fc_norm(trunk.attn_pool(state[None, None])) for state in states[:5]]
    close(encoder.picture_tokens(PICTURES[0])[:5], unit(torch.cat(alone)))
    length = ids[1].tolist().index(1) + 1
    assert len(encoder.text_tokens(TEXTS[1])) == length < len(ids[1])
    states = model.text.forward_intermediates(ids[1:2], indices=1, output_fmt="NLC")["text_intermediates"][0]
    states = model.text.ln_final(states[0, :length])
    close(encoder.text_tokens(TEXTS[1]), unit(model.text.text_projection(states)))
