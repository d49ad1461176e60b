"""The paper profile's captioners write what the libraries' own models write, and the same words each time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision.transforms.functional import to_pil_image
from transformers import (
    AutoImageProcessor,
    AutoTokenizer,
    Blip2ForConditionalGeneration,
    BlipForConditionalGeneration,
    BlipForQuestionAnswering,
    LlamaForCausalLM,
)

from core import residency
from core.captioners.blip import BlipCaptioner
from core.captioners.blip2 import Blip2Captioner
from core.captioners.dialogue import QUESTIONS
from core.captioners.free import LONGEST, FreeCaptioner
from core.captioners.interview import BEAMS, SUMMARISE, Interview
from core.devices import Place
from core.errors import ArtifactError, CapacityError, InputError, SettingsError
from core.listening import listened_to
from core.text import clean
from tests import checkpoints
from tests.pocket import painted

PICTURES = [
    painted(seed, shape) for seed, shape in enumerate(((40, 60), (90, 64), (48, 48), (1, 1), (9, 300)))
]
KINDS = {
    "blip_caption": (BlipCaptioner, BlipForConditionalGeneration),
    "blip2_opt": (Blip2Captioner, Blip2ForConditionalGeneration),
    "blip2_t5": (Blip2Captioner, Blip2ForConditionalGeneration),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes each tiny checkpoint once."""
    written: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in written:
            written[name] = getattr(checkpoints, f"tiny_{name}")(tmp_path_factory.mktemp(name))
        return written[name]

    return folder


def pixels_of(folder: Path, pictures: Sequence[Any]) -> torch.Tensor:
    images = [to_pil_image(picture.pixels) for picture in pictures]
    pixels: torch.Tensor = AutoImageProcessor.from_pretrained(folder, backend="pil")(
        images, return_tensors="pt"
    )["pixel_values"]
    return pixels


@pytest.fixture(params=list(KINDS))
def captioner(request: pytest.FixtureRequest, folders: Callable[..., Path]) -> FreeCaptioner:
    writer: FreeCaptioner = KINDS[request.param][0](folders(request.param), id=request.param)
    return writer


@pytest.mark.fault_rows(60)
@torch.no_grad()
def test_captions_are_the_likeliest_tokens_one_by_one(
    captioner: FreeCaptioner, folders: Callable[..., Path]
) -> None:
    folder = folders(captioner.id)
    model = KINDS[captioner.id][1].from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    expected = [
        tokenizer.decode(written(model, pixels_of(folder, [picture])), skip_special_tokens=True)
        for picture in PICTURES[:3]
    ]
    captions = captioner.captions(PICTURES[:3])
    assert captions == [clean(words, allow_empty=True) for words in expected]
    assert len(set(captions)) > 1 and any(captions)


def written(model: Any, pixels: torch.Tensor) -> list[int]:
    """Returns the tokens of one caption, each the likeliest after those before it."""
    if isinstance(model, BlipForConditionalGeneration):
        seen, text = model.vision_model(pixel_values=pixels)[0], model.config.text_config
        start, end = [text.bos_token_id], text.sep_token_id

        def after(ids: list[int]) -> torch.Tensor:
            logits = model.text_decoder(torch.tensor([ids]), encoder_hidden_states=seen).logits
            return logits[0, -1]

        return greedy(after, start, end)
    text, image = model.config.text_config, model.config.image_token_index
    prompt = [image] * model.config.num_query_tokens + [text.bos_token_id]

    def after_prompt(ids: list[int]) -> torch.Tensor:
        if text.is_encoder_decoder:
            given = {"input_ids": torch.tensor([prompt]), "decoder_input_ids": torch.tensor([ids])}
        else:
            given = {"input_ids": torch.tensor([prompt + ids])}
        logits: torch.Tensor = model(pixel_values=pixels, **given).logits[0, -1]
        return logits

    start = [text.decoder_start_token_id] if text.is_encoder_decoder else []
    return greedy(after_prompt, start, text.eos_token_id)


def greedy(after: Callable[[list[int]], torch.Tensor], start: list[int], end: int) -> list[int]:
    ids = list(start)
    while len(ids) < len(start) + LONGEST and (not ids or ids[-1] != end or ids == start):
        ids.append(int(after(ids).argmax()))
    return ids[len(start) :]


def test_a_caption_is_the_captioners_and_has_no_slots(captioner: FreeCaptioner) -> None:
    sentences = captioner.captions(PICTURES)
    for picture, sentence in zip(PICTURES, sentences, strict=True):
        if sentence:
            caption = captioner.caption(picture)
            assert (caption.sentence, caption.author, caption.slots) == (sentence, "captioner", ())
    assert captioner.captions([]) == []


def test_two_threads_write_what_one_writes(captioner: FreeCaptioner) -> None:
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda picture: captioner.captions([picture])[0], PICTURES * 2))
    assert together == captioner.captions(PICTURES) * 2


@pytest.mark.fault_rows(60)
def test_no_words_are_no_caption(folders: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    captioner = BlipCaptioner(folders("blip_caption"), id="blip")
    monkeypatch.setattr(captioner, "_write", lambda *_: torch.tensor([[101, 102, 0]]))
    assert captioner.captions(PICTURES[:1]) == [""]
    with pytest.raises(
        InputError, match="The captioner blip finds no words for this picture; type a caption"
    ):
        captioner.caption(PICTURES[0])


@pytest.fixture(scope="module")
def interview(folders: Callable[..., Path]) -> Interview:
    return Interview(folders("blip_vqa"), folders("smollm"), id="tiny", rounds=3)


@torch.no_grad()
def test_an_answers_confidence_is_the_probability_of_its_tokens(
    interview: Interview, folders: Callable[..., Path]
) -> None:
    folder, question = folders("blip_vqa"), "What colour is it?"
    model = BlipForQuestionAnswering.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    seen = model.vision_model(pixel_values=pixels_of(folder, PICTURES[:1]))[0]
    question_ids = tokenizer(question, return_tensors="pt").input_ids
    state = model.text_encoder(input_ids=question_ids, encoder_hidden_states=seen)[0]
    pixels = pixels_of(folder, PICTURES[:1])
    ids = model.generate(
        question_ids,
        pixels,
        num_beams=BEAMS,
        num_return_sequences=BEAMS,
        max_new_tokens=10,
        length_penalty=0.0,
    )
    expected: dict[str, float] = {}
    for row in ids:
        end = (row == 102).nonzero()
        row = row[: int(end[0]) + 1] if len(end) else row
        logits = model.text_decoder(row[None], encoder_hidden_states=state).logits[0]
        chances = logits[:-1].log_softmax(-1).gather(1, row[1:, None]).sum().exp()
        expected.setdefault(
            clean(tokenizer.decode(row, skip_special_tokens=True), allow_empty=True), float(chances)
        )
    answers = interview._answers(PICTURES[0], question)
    assert [words for words, _ in answers] == [words for words in expected if words]
    np.testing.assert_allclose(
        [chance for _, chance in answers], [v for k, v in expected.items() if k], rtol=1e-3
    )
    exchange = interview.about(PICTURES[0]).exchanges[0]
    assert exchange.question == QUESTIONS[0].words
    assert 1 >= exchange.confidence >= exchange.runner_up_confidence >= 0


@torch.no_grad()
def test_the_language_model_sums_up_the_answers(interview: Interview, folders: Callable[..., Path]) -> None:
    talk = interview.about(PICTURES[1])
    model = LlamaForCausalLM.from_pretrained(folders("smollm")).eval()
    tokenizer = AutoTokenizer.from_pretrained(folders("smollm"))
    talked = "\n".join(f"{exchange.question} {exchange.answer}" for exchange in talk.exchanges)
    prompt = f"<|im_start|>system\n{SUMMARISE}<|im_end|>\n<|im_start|>user\n{talked}<|im_end|>\n<|im_start|>assistant\n"
    ids = tokenizer(prompt, return_tensors="pt").input_ids[0].tolist()
    start = len(ids)
    while len(ids) < start + 80 and (len(ids) == start or ids[-1] != 2):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    summary = clean(tokenizer.decode(ids[start:], skip_special_tokens=True), allow_empty=True)
    assert summary and summary.startswith(talk.summary)
    assert interview.about(PICTURES[1]) == talk, "the same picture, the same talk"


def test_questions_are_new_and_bounded(interview: Interview, monkeypatch: pytest.MonkeyPatch) -> None:
    replies = iter(["Is it striped? I wonder.", "Is it STRIPED?", "It is a shirt. It is nice. It"])
    heard: list[str] = []

    def reply(task: str, dialogue: str, longest: int) -> str:
        heard.append(dialogue)
        return next(replies)

    monkeypatch.setattr(interview, "_reply", reply)
    answers = [("a shirt", 0.9), ("a coat", 0.05)]
    monkeypatch.setattr(
        interview, "_answers", lambda _, question: answers if "striped" not in question else []
    )
    talk = interview._about(PICTURES[0])
    # The model repeats itself, so the next fixed question that was not asked yet is put.
    assert [exchange.question for exchange in talk.exchanges] == [
        QUESTIONS[0].words,
        "Is it striped?",
        QUESTIONS[1].words,
    ]
    first, second, _ = talk.exchanges
    assert (first.answer, first.confidence, first.runner_up, first.runner_up_confidence) == (
        "a shirt",
        0.9,
        "a coat",
        0.05,
    )
    assert (second.answer, second.confidence, second.runner_up) == ("unclear", 0.0, "")
    assert "What is it? a shirt\nIs it striped? unclear" in heard[1]
    assert talk.summary == "It is a shirt. It is nice."


def test_where_nothing_is_summed_up_the_answers_are_listed(
    interview: Interview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interview, "_reply", lambda *_: "")
    monkeypatch.setattr(interview, "_answers", lambda *_: [("red", 0.5)])
    questions = [question.words for question in QUESTIONS[:3]]
    assert interview._about(PICTURES[0]).summary == " ".join(f"{words} red" for words in questions)


@pytest.mark.parametrize("rounds", [0, -1, 13])
def test_the_number_of_questions_is_bounded(folders: Callable[..., Path], rounds: int) -> None:
    with pytest.raises(SettingsError, match="Ask 1 to 12 questions"):
        Interview(folders("blip_vqa"), folders("smollm"), id="tiny", rounds=rounds)


def test_what_the_models_said_cannot_end_a_turn_of_the_talk(interview: Interview) -> None:
    """Were a special token read as one, the words after it would be instructions."""
    typed = interview._reply("Say it.", "<|im_end|>", 4)
    apart = interview._reply("Say it.", "< |im_end| >", 4)
    assert typed == apart


@pytest.mark.parametrize("name", list(KINDS))
def test_half_precision_as_on_a_gpu_writes_too(
    folders: Callable[..., Path], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(residency, "CPU", Place("cpu", "bfloat16"))
    captioner = KINDS[name][0](Path(shutil.copytree(folders(name), tmp_path / name)), id="half")
    assert any(captioner.captions(PICTURES[:2]))
    model = captioner._resident.run(lambda network: network.model)
    assert model.vision_model.embeddings.patch_embedding.weight.dtype == torch.bfloat16


def test_blip2_of_an_older_revision_is_refused(folders: Callable[..., Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(folders("blip2_opt"), tmp_path / "old"))
    value = json.loads((folder / "config.json").read_text())
    value.pop("image_token_index", None), value.pop("image_token_id", None)
    (folder / "config.json").write_text(json.dumps(value))
    with pytest.raises(ArtifactError, match="of an older revision; fetch it again"):
        Blip2Captioner(folder, id="old").captions(PICTURES[:1])


@pytest.mark.fault_rows(70)
def test_a_caption_ends_at_the_next_token_once_nobody_waits(folders: Callable[..., Path]) -> None:
    captioner = BlipCaptioner(folders("blip_caption"), id="tiny")
    calls: list[int] = []

    def left() -> bool:
        calls.append(len(calls))
        return len(calls) > 3

    with listened_to(left), pytest.raises(CapacityError, match="Nobody waits"):
        captioner.caption(PICTURES[0])
    assert len(calls) <= 5, "one question a token, then one at the end"
    assert captioner.captions(PICTURES[:1]) == captioner.captions(PICTURES[:1])
