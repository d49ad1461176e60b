"""Tiny checkpoints with random weights in the formats that the Hub serves, for tests only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForPreTraining,
    BertTokenizer,
    BitImageProcessorPil,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    BlipImageProcessorPil,
    Dinov2Config,
    Dinov2Model,
    PreTrainedModel,
    T5Tokenizer,
)

WORDS = """
    a an the of in on and with is are it what color colour dog cat shirt dress red blue green two black white photo
    picture sleeves long short person wearing running field shoes hat makes more less like
""".split()  # noqa: SIM905
SIZE = 48
"""Side of the pictures that the tiny BLIP models see, in pixels."""


def bert_vocabulary() -> list[str]:
    """Returns words in BERT's order: padding at 0, the special tokens from 100, then letters and their joined forms."""
    special = ["[PAD]", *(f"[unused{i}]" for i in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    return [
        *special,
        *letters,
        *(f"##{letter}" for letter in letters),
        *(word for word in WORDS if len(word) > 1),
    ]


def save(model: PreTrainedModel, folder: Path, *, bin: bool = False) -> Path:
    """Writes a model as safetensors, or as the older .bin, with its configuration; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    if bin:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    return folder


def tokenizer(folder: Path) -> None:
    """Writes a WordPiece tokenizer with a small vocabulary, which reads any text of plain letters."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in bert_vocabulary()), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt"), do_lower_case=True, model_max_length=512).save_pretrained(folder)


def seeded(make: Callable[[], Any], seed: int = 0) -> Any:
    """Returns a model with random weights, large enough that different inputs differ, the same each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "norm" not in name.lower() and parameter.ndim > 0 and "logit" not in name:
                    parameter.normal_(0, 0.2 if parameter.ndim > 1 else 0.05)
    return model.eval()


def tiny_dinov2(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a DINOv2 of two layers; its pictures are prepared as the published ones are, but smaller."""
    config = Dinov2Config(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=56, patch_size=14, mlp_ratio=2
    )
    BitImageProcessorPil(
        size={"shortest_edge": 64},
        crop_size={"height": 56, "width": 56},
        image_mean=[0.485, 0.456, 0.406],
        image_std=[0.229, 0.224, 0.225],
        resample=3,
    ).save_pretrained(folder)
    return save(seeded(lambda: Dinov2Model(config), seed), folder, bin=bin)


def tiny_bert(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a BERT of two layers with its heads and, as the published file has them, old names of its norms."""
    config = BertConfig(
        vocab_size=len(bert_vocabulary()),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    tokenizer(folder)
    model = seeded(lambda: BertForPreTraining(config), seed)
    save(model, folder)
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): value.clone()
        for name, value in model.state_dict().items()
    }
    if bin:
        (folder / "model.safetensors").unlink()
        torch.save(old, folder / "pytorch_model.bin")
    else:
        save_file(old, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def blip_config() -> BlipConfig:
    """Returns BLIP's configuration with everything small but the vocabulary, whose last two tokens count."""
    text = {"vocab_size": 30524, "hidden_size": 16, "encoder_hidden_size": 32, "intermediate_size": 32,
            "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 512}  # fmt: skip
    vision = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": SIZE, "patch_size": 16}  # fmt: skip
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=24, image_text_hidden_size=24)


def _blip(kind: Any, folder: Path, bin: bool, seed: int) -> Path:
    tokenizer(folder)
    BlipImageProcessorPil(size={"height": SIZE, "width": SIZE}).save_pretrained(folder)
    return save(seeded(lambda: kind(blip_config()), seed), folder, bin=bin)


def tiny_blip_itm(folder: Path, *, bin: bool = True, seed: int = 0) -> Path:
    """Writes a BLIP that matches pictures and texts, a .bin as published."""
    return _blip(BlipForImageTextRetrieval, folder, bin, seed)


def tiny_blip_caption(folder: Path, *, bin: bool = True, seed: int = 0) -> Path:
    """Writes a BLIP that captions, a .bin as published."""
    return _blip(BlipForConditionalGeneration, folder, bin, seed)


def tiny_blip_vqa(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a BLIP that answers questions."""
    return _blip(BlipForQuestionAnswering, folder, bin, seed)


def tiny_open_clip(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a CLIP of two layers a tower, with OpenAI's QuickGELU and open_clip's own tokenizer."""
    config = {
        "embed_dim": 24,
        "quick_gelu": True,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 8, "head_width": 32},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
    }
    return _open_clip(open_clip.CLIP, config, {}, folder, bin, seed)


def tiny_siglip(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a SigLIP: a timm tower that pools by attention, a bias, and a tokenizer named after another repository."""
    context = 16
    config = {
        "embed_dim": 96,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {"image_size": 160, "timm_model_name": "test_vit3", "timm_pool": "map", "timm_proj": "none"},
        "text_cfg": {
            "context_length": context, "vocab_size": 200, "hf_tokenizer_name": "somebody/else",
            "tokenizer_kwargs": {"clean": "canonicalize"}, "width": 32, "heads": 2, "layers": 2,
            "no_causal_mask": True, "proj_bias": True, "pool_type": "last", "norm_kwargs": {"eps": 1e-6},
        },
    }  # fmt: skip
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
    letters = [chr(code) for code in range(97, 123)] + [str(digit) for digit in range(10)]
    pieces = ["<pad>", "</s>", "<unk>", "\u2581", *letters, *(f"\u2581{word}" for word in WORDS)]
    scores = [0.0, 0.0, 0.0, -2.0, *(-5.0 for _ in letters), *(-1.0 for _ in WORDS)]
    T5Tokenizer(
        vocab=list(zip(pieces, scores, strict=True)), pad_token="</s>", extra_ids=0, model_max_length=context
    ).save_pretrained(folder)
    return _open_clip(open_clip.CustomTextCLIP, config, preprocessing, folder, bin, seed)


def _open_clip(
    kind: Any, config: dict[str, Any], preprocessing: dict[str, Any], folder: Path, bin: bool, seed: int
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    described = {key: value for key, value in config.items() if key != "custom_text"}
    model = seeded(lambda: kind(**described), seed)
    whole = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(whole))
    tensors = {name: value.contiguous() for name, value in model.state_dict().items()}
    if bin:
        torch.save(tensors, folder / "open_clip_pytorch_model.bin")
    else:
        save_file(tensors, folder / "open_clip_model.safetensors", metadata={"format": "pt"})
    return folder
