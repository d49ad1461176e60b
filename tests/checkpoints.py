"""Tiny checkpoints with random weights in the formats that the Hub serves, for tests only."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
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
    Blip2Config,
    Blip2ForConditionalGeneration,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    BlipImageProcessorPil,
    Dinov2Config,
    Dinov2Model,
    GPT2Tokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    OPTConfig,
    PreTrainedConfig,
    PreTrainedModel,
    T5Config,
    T5Tokenizer,
)

WORDS = """
    a an the of in on and with is are it what color colour dog cat shirt dress red blue green two black white photo
    picture sleeves long short person wearing running field shoes hat makes more less like
""".split()  # noqa: SIM905
CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + "
    "'\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
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
    vocabulary = {word: number for number, word in enumerate(bert_vocabulary())}
    BertTokenizer(vocabulary, do_lower_case=True, model_max_length=512).save_pretrained(folder)


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


def blip_config(width: int) -> BlipConfig:
    """Returns BLIP's configuration with everything small but the vocabulary, whose last two tokens count.

    Args:
        width: that of the text side; the picture's is 32.
    """
    text = {"vocab_size": 30524, "hidden_size": width, "encoder_hidden_size": 32, "intermediate_size": 32,
            "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 512}  # fmt: skip
    vision = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": SIZE, "patch_size": 16}  # fmt: skip
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=24, image_text_hidden_size=24)


def _blip(kind: Any, folder: Path, bin: bool, seed: int, width: int = 16) -> Path:
    tokenizer(folder)
    BlipImageProcessorPil(size={"height": SIZE, "width": SIZE}).save_pretrained(folder)
    model = seeded(lambda: kind(blip_config(width)), seed)
    if hasattr(model, "text_decoder"):
        # Most of the vocabulary has no letters here; the decoder is kept to what can be written.
        bias = model.text_decoder.cls.predictions.bias
        with torch.no_grad():
            bias[:] = -100.0
            bias[104 : len(bert_vocabulary())] = 0.0
            bias[102] = 0.0
    return save(model, folder, bin=bin)


def tiny_blip_itm(folder: Path, *, bin: bool = True, seed: int = 0) -> Path:
    """Writes a BLIP that matches pictures and texts, a .bin as published."""
    return _blip(BlipForImageTextRetrieval, folder, bin, seed)


def tiny_blip_caption(folder: Path, *, bin: bool = True, seed: int = 0) -> Path:
    """Writes a BLIP that captions, a .bin as published."""
    return _blip(BlipForConditionalGeneration, folder, bin, seed)


def tiny_blip_vqa(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a BLIP that answers questions."""
    return _blip(BlipForQuestionAnswering, folder, bin, seed, width=32)


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
    t5_tokenizer(folder, context, pad="</s>")
    return _open_clip(open_clip.CustomTextCLIP, config, preprocessing, folder, bin, seed)


def t5_tokenizer(folder: Path, longest: int, *, pad: str = "<pad>", image_token: bool = False) -> None:
    """Writes a SentencePiece tokenizer like T5's that knows letters and a few words."""
    letters = [chr(code) for code in range(97, 123)] + [str(digit) for digit in range(10)]
    pieces = ["<pad>", "</s>", "<unk>", "\u2581", *letters, *(f"\u2581{word}" for word in WORDS)]
    scores = [0.0, 0.0, 0.0, -2.0, *(-5.0 for _ in letters), *(-1.0 for _ in WORDS)]
    made = T5Tokenizer(
        vocab=list(zip(pieces, scores, strict=True)), pad_token=pad, extra_ids=0, model_max_length=longest
    )
    if image_token:
        made.add_tokens(["<image>"], special_tokens=True)
    made.save_pretrained(folder)


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


def byte_tokenizer(folder: Path, special: Sequence[str], **named: str) -> list[str]:
    """Writes a byte-level BPE tokenizer, like those of OPT and SmolLM2, that knows letters and a few words.

    Returns:
        Its pieces; the number of each is its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    letters = list(open_clip.tokenizer.bytes_to_unicode().values())
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        made = "\u0120"
        for letter in word:
            merges.append((made, letter))
            made += letter
    pieces = dict.fromkeys([*special, *letters, *("".join(pair) for pair in merges)])
    GPT2Tokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)},
        merges=list(dict.fromkeys(merges)),
        **named,
    ).save_pretrained(folder)
    return list(pieces)


def _blip2(text: PreTrainedConfig, image_token: int, folder: Path, bin: bool, seed: int) -> Path:
    vision = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": 28, "patch_size": 14}  # fmt: skip
    qformer = {"vocab_size": 100, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
               "num_attention_heads": 2, "encoder_hidden_size": 32}  # fmt: skip
    config = Blip2Config(
        vision_config=vision,
        qformer_config=qformer,
        text_config=text.to_dict(),
        num_query_tokens=4,
        image_token_index=image_token,
    )
    BlipImageProcessorPil(size={"height": 28, "width": 28}).save_pretrained(folder)
    return save(seeded(lambda: Blip2ForConditionalGeneration(config), seed), folder, bin=bin)


def tiny_blip2_opt(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a BLIP-2 whose language model is an OPT, a decoder alone."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<image>"]
    pieces = byte_tokenizer(
        folder, special, bos_token="</s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )
    text = OPTConfig(
        vocab_size=len(pieces), hidden_size=16, ffn_dim=32, num_hidden_layers=2, num_attention_heads=2,
        word_embed_proj_dim=16, max_position_embeddings=128, pad_token_id=1, bos_token_id=2,
        eos_token_id=pieces.index("\u010a"),
    )  # fmt: skip
    return _blip2(text, 4, folder, bin, seed)


def tiny_blip2_t5(folder: Path, *, bin: bool = True, seed: int = 4) -> Path:
    """Writes a BLIP-2 whose language model is a Flan-T5; with this seed it has different words for pictures."""
    t5_tokenizer(folder, 512, image_token=True)
    text = T5Config(
        vocab_size=120, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, feed_forward_proj="gated-gelu",
        decoder_start_token_id=0, pad_token_id=0, bos_token_id=1, eos_token_id=1, tie_word_embeddings=False,
    )  # fmt: skip
    return _blip2(text, 119, folder, bin, seed)


def tiny_smollm(folder: Path, *, bin: bool = False, seed: int = 0) -> Path:
    """Writes a Llama with the chat template of SmolLM2."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    pieces = byte_tokenizer(
        folder, special, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>",
        unk_token="<|endoftext|>", chat_template=CHAT,
    )  # fmt: skip
    config = LlamaConfig(
        vocab_size=len(pieces), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=8192, bos_token_id=1, eos_token_id=2, pad_token_id=2,
        tie_word_embeddings=True,
    )  # fmt: skip
    return save(seeded(lambda: LlamaForCausalLM(config), seed), folder, bin=bin)
