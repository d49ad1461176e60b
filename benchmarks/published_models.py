"""The models of the paper profile at their published sizes, with random weights, in the files that the pins name.

The configurations are public facts. So are the vocabularies of CLIP, which open_clip brings, and of BERT, which the
package of the pocket profile's words brings; those of SigLIP and SmolLM2 are made up, of the true sizes.
"""

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
    BitImageProcessorPil,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    BlipImageProcessorPil,
    Dinov2Config,
    Dinov2Model,
    LlamaConfig,
    LlamaForCausalLM,
)

from core.hub.pins import BIN, SAFETENSORS
from core.hub.wheels import MINILM
from tests.checkpoints import CHAT, save
from tests.small_tokenizers import bert_tokenizer, byte_tokenizer, t5_tokenizer

Maker = Callable[[Path], Any]
BASE = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
LARGE = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16}
SEES = {"image_size": 384, "patch_size": 16}
CLIP, SIGLIP = "ViT-B-32", "ViT-B-16-SigLIP"


def dinov2_base(folder: Path) -> None:
    """Writes DINOv2-base, 86 million weights."""
    BitImageProcessorPil(
        size={"shortest_edge": 256},
        crop_size={"height": 224, "width": 224},
        image_mean=[0.485, 0.456, 0.406],
        image_std=[0.229, 0.224, 0.225],
        resample=3,
    ).save_pretrained(folder)
    config = Dinov2Config(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, image_size=518)
    save(Dinov2Model(config), folder)


def bert_base(folder: Path) -> None:
    """Writes BERT-base with its two heads, 110 million weights."""
    _bert_words(folder)
    save(BertForPreTraining(BertConfig()), folder)


def blip_caption_base(folder: Path) -> None:
    """Writes the BLIP that captions."""
    _blip(BlipForConditionalGeneration, folder, BIN, BASE)


def blip_itm_base(folder: Path) -> None:
    """Writes the smaller BLIP that matches pictures and texts."""
    _blip(BlipForImageTextRetrieval, folder, BIN, BASE)


def blip_itm_large(folder: Path) -> None:
    """Writes the larger one; it is not known whether its weights are published as .bin, so they are here."""
    _blip(BlipForImageTextRetrieval, folder, BIN, LARGE)


def blip_vqa_base(folder: Path) -> None:
    """Writes the BLIP that answers questions."""
    _blip(BlipForQuestionAnswering, folder, SAFETENSORS, BASE)


def smollm2_360m(folder: Path) -> None:
    """Writes SmolLM2-360M, bfloat16 on disk."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    byte_tokenizer(
        folder, special, size=49152, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>",
        unk_token="<|endoftext|>", chat_template=CHAT,
    )  # fmt: skip
    config = LlamaConfig(
        vocab_size=49152, hidden_size=960, intermediate_size=2560, num_hidden_layers=32, num_attention_heads=15,
        num_key_value_heads=5, max_position_embeddings=8192, tie_word_embeddings=True, bos_token_id=1,
        eos_token_id=2, pad_token_id=2,
    )  # fmt: skip
    save(LlamaForCausalLM(config).to(torch.bfloat16), folder)


def clip_vit_b_32(folder: Path) -> None:
    """Writes CLIP ViT-B/32 in open_clip's format."""
    config = open_clip.get_model_config(CLIP)
    _open_clip(open_clip.CLIP(**config, quick_gelu=True), config | {"quick_gelu": True}, {}, folder)


def fashion_siglip(folder: Path) -> None:
    """Writes a SigLIP ViT-B/16 in open_clip's format, with a tokenizer of 32,000 pieces."""
    config = open_clip.get_model_config(SIGLIP)
    t5_tokenizer(
        folder, config["text_cfg"]["context_length"], pad="</s>", size=config["text_cfg"]["vocab_size"]
    )
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
    own = {key: value for key, value in config.items() if key != "custom_text"}
    _open_clip(open_clip.CustomTextCLIP(**own), config, preprocessing, folder)


USUAL: dict[str, Maker] = {
    "clip-vit-b-32": clip_vit_b_32,
    "dinov2-base": dinov2_base,
    "bert-base": bert_base,
    "blip-caption-base": blip_caption_base,
    "fashion-siglip": fashion_siglip,
    "blip-itm-large": blip_itm_large,
}
"""Name of a pin that plays a role unless somebody chooses another -> what writes its model."""
OTHERS: dict[str, Maker] = {
    "blip-itm-base": blip_itm_base, "blip-vqa": blip_vqa_base, "smollm2": smollm2_360m
}  # fmt: skip
"""The same for those that offer a choice, but for BLIP-2 and DINOv2-giant, 37 GB."""


def _bert_words(folder: Path) -> None:
    words = (MINILM.folder / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    bert_tokenizer(folder, words)


def _blip(kind: Any, folder: Path, file: str, vision: dict[str, int]) -> None:
    _bert_words(folder)
    side = SEES["image_size"]
    BlipImageProcessorPil(size={"height": side, "width": side}).save_pretrained(folder)
    text = BASE | {"vocab_size": 30524, "encoder_hidden_size": vision["hidden_size"]}
    config = BlipConfig(text_config=text, vision_config=vision | SEES, image_text_hidden_size=256)
    save(kind(config), folder, bin=file == BIN)


def _open_clip(model: Any, config: dict[str, Any], preprocessing: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    described = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(described))
    tensors = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, folder / "open_clip_model.safetensors", metadata={"format": "pt"})
