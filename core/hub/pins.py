"""The models of the paper profile as data: which repository, at which commit, which of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Pin:
    """One model on the Hugging Face Hub, held at one commit.

    Attributes:
        name: what the rest of the code calls it.
        repository: its id on the Hub, "owner/name".
        revision: the commit, 40 hex digits; None where none is known: then the first fetch takes what the
            branch main points at, writes the commit down and stays on it.
        files: files without which it cannot be used.
        bytes: size of all that is fetched; the fetch itself goes by what the Hub says.
        licence: identifier of the licence of the weights.
        sha256: file -> digest, 64 hex digits, where a public manifest of this very commit states it.
        note: one line on what a reader of the loading code would trip over.
        either: sets of weight files, best first; the first one that the commit has is fetched. For commits
            whose list of files is not known in advance.
        also: files of the tokenizer or processor that are fetched where the commit has them.
        quick_gelu: open_clip builds it with OpenAI's QuickGELU, whatever its configuration says.
    """

    name: str
    repository: str
    revision: str | None
    files: tuple[str, ...]
    bytes: int
    licence: str
    sha256: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""
    either: tuple[tuple[str, ...], ...] = ()
    also: tuple[str, ...] = ()
    quick_gelu: bool = False


CONFIG, PROCESSOR, SAFETENSORS, BIN = (
    "config.json", "preprocessor_config.json", "model.safetensors", "pytorch_model.bin"
)  # fmt: skip
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
BERT_TOKENIZER = (*TOKENIZER, "vocab.txt")
BLIP = (CONFIG, PROCESSOR, *BERT_TOKENIZER, "special_tokens_map.json")
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
BIN_SHARDS = ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin")
SPECIAL = ("special_tokens_map.json", "added_tokens.json", "processor_config.json", "generation_config.json")
BIN_NOTE = "No safetensors at this commit: the .bin is read with weights_only=True."

_LIST = (
    Pin(
        "dinov2-base", "facebook/dinov2-base", "f9e44c814b77203eaa57a6bdbbd535f21ede1415",
        (CONFIG, PROCESSOR, SAFETENSORS), 346_347_000, "apache-2.0",
        {SAFETENSORS: "d73036b56966966d07975d696bde331762f37297e2f095de8cea0040c3aa0841"},
        "768 wide; 1 CLS token and 256 patches at 224 pixels.",
    ),
    Pin(
        "dinov2-giant", "facebook/dinov2-giant", "611a9d42f2335e0f921f1e313ad3c1b7178d206d",
        (CONFIG, PROCESSOR, SAFETENSORS), 4_546_006_416, "apache-2.0",
        {SAFETENSORS: "917d3c470db999d32a312f8542149be91c7cbac61ee8fb4b67ae3d82b79ce21f"},
        "1536 wide; float32 on disk.",
    ),
    Pin(
        "bert-base", "google-bert/bert-base-uncased", "86b5e0934494bd15c9632b12f734a8a67f723594",
        (CONFIG, *BERT_TOKENIZER, SAFETENSORS), 441_148_000, "apache-2.0",
        {SAFETENSORS: "68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3"},
        "512 tokens; the old id bert-base-uncased has another folder in the cache.",
    ),
    Pin(
        "blip-caption-base", "Salesforce/blip-image-captioning-base",
        "82a37760796d32b1411fe092ab5d4e227313294b",
        (*BLIP, BIN), 990_769_234, "bsd-3-clause",
        {BIN: "d6638651a5526cc2ede56f2b5104d6851b0755816d220e5e046870430180c767"},
        BIN_NOTE,
    ),
    Pin(
        "blip2-opt", "Salesforce/blip2-opt-2.7b", "59a1ef6c1e5117b3f65523d1c6066825bcf315e3",
        (CONFIG, PROCESSOR, *TOKENIZER, f"{SAFETENSORS}.index.json", *SHARDS), 14_984_000_000, "mit",
        {
            SHARDS[0]: "b81228c9ac1b3dee1731ee71d51fe3b2c34f915019c44c25a793b51300ae24fc",
            SHARDS[1]: "536bd73b8f1de7d94f503b23fea2eaa4f7f3ea5f74f8f874fcb21d6df1555a19",
        },
        "float32 on disk, loaded as bfloat16 or int8; older commits lack num_query_tokens.",
        also=(*SPECIAL, "vocab.json", "merges.txt"),
    ),
    Pin(
        "blip2-flan-t5", "Salesforce/blip2-flan-t5-xl", "0eb0d3b46c14c1f8c7680bca2693baafdb90bb28",
        (CONFIG, PROCESSOR, *TOKENIZER), 15_000_000_000, "mit",
        note="float32 on disk, loaded as bfloat16 or int8; older commits lack num_query_tokens.",
        either=(
            (f"{SAFETENSORS}.index.json", *SHARDS),
            (f"{BIN}.index.json", *BIN_SHARDS),
        ),
        also=(*SPECIAL, "spiece.model"),
    ),
    Pin(
        "blip-itm-base", "Salesforce/blip-itm-base-coco", "bed8ad38cb2d04a5a4bdf2d071b3c3c0a4aa724c",
        (*BLIP, BIN), 896_088_187, "bsd-3-clause",
        {BIN: "017fb3e7f4e125f13a8a4717f1402dbe0d0bb877474b4a203db13a4447b0227f"},
        f"{BIN_NOTE} No temperature inside (0.07); [DEC] 30522 and [ENC] 30523 are not in vocab.txt.",
    ),
    Pin(
        "blip-itm-large", "Salesforce/blip-itm-large-coco", "fef05cafc05298067cbbca00b125749394a77a6f",
        (CONFIG, PROCESSOR, "tokenizer_config.json", "vocab.txt"), 1_800_000_000, "bsd-3-clause",
        note="A commit of 2023, not the newest of main; no temperature inside (0.07).",
        either=((SAFETENSORS,), (BIN,)),
        also=("tokenizer.json", "special_tokens_map.json"),
    ),
    Pin(
        "blip-vqa", "Salesforce/blip-vqa-base", "787b3d35d57e49572baabd22884b3d5a05acf072",
        (*BLIP, SAFETENSORS), 1_539_749_209, "bsd-3-clause",
        {SAFETENSORS: "33786eed34def0c95fa948128cb4386be9b9219aa2c2e25f1c9c744692121bb7"},
        "384 x 384 pixels, the aspect ratio is not kept.",
    ),
    Pin(
        "smollm2", "HuggingFaceTB/SmolLM2-360M-Instruct", "a10cc1512eabd3dde888204e902eca88bddb4951",
        (CONFIG, *TOKENIZER, SAFETENSORS), 727_000_000, "apache-2.0",
        note="bfloat16 on disk; 8192 tokens; the chat template is in tokenizer_config.json or its own file.",
        also=("chat_template.jinja", "generation_config.json", "special_tokens_map.json", "vocab.json", "merges.txt"),
    ),
    Pin(
        "clip-vit-b-32", "timm/vit_base_patch32_clip_224.openai",
        "a6f597a30f7b82c51704746581f9a4e41421e878",
        ("open_clip_config.json", "open_clip_model.safetensors"), 605_144_000, "apache-2.0",
        {"open_clip_model.safetensors": "e6d1bd7789aa45192b3bf90570a789b478bae1b74ebcce7eddd908e83a2b7c31"},
        "Trained with QuickGELU: open_clip calls it ViT-B-32-quickgelu. OpenAI's original licence is MIT.",
        quick_gelu=True,
    ),
    Pin(
        "fashion-siglip", "Marqo/marqo-fashionSigLIP", "c56244cc94f92419e8369fa71efdaf403b124ce8",
        ("open_clip_config.json", *TOKENIZER, "open_clip_model.safetensors"), 815_900_000, "apache-2.0",
        note="Opened with open_clip from the folder, so that the tokenizer comes from here, too.",
        also=("special_tokens_map.json", "spiece.model", CONFIG, PROCESSOR),
    ),
)  # fmt: skip

LAION = Pin(
    "ViT-B-32/laion2b_s34b_b79k", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
    "1a25a446712ba5ee05982a381eed697ef9b435cf",
    ("open_clip_config.json", "open_clip_model.safetensors"), 605_144_000, "mit",
    {"open_clip_model.safetensors": "ac4f8c4b88af6d963118cbf40ad93176d092abbedfcb752601ae1866352656e6"},
    "Plain GELU. Plays a role only where somebody chooses it by its name.",
)  # fmt: skip

PINS: Mapping[str, Pin] = MappingProxyType({pin.name: pin for pin in _LIST})
