"""The caption dialogue: fixed questions, an answer and a runner-up each, one sentence longer than the caption."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from core.captioners.dialogue import QUESTIONS, Dialogue
from core.captioners.slots import SlotCaptioner
from core.captioners.templates import GARMENT, prompts_of
from core.training.garment.measure import Fold, words_table
from core.types import Conversation, Picture
from tests.pocket import painted


class _Eyes:
    """A joint space in which every sentence points its own way; counts what it reads."""

    id = "eyes"
    scale = 20.0

    def __init__(self) -> None:
        self.read: list[str] = []

    def pooled(self, pictures: Sequence[Picture]) -> np.ndarray:
        return np.stack([picture.pixels.reshape(-1)[:16].astype(np.float32) for picture in pictures])

    def project_pictures(self, pooled: np.ndarray) -> np.ndarray:
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=16) for text in texts]
        return np.stack(rows).astype(np.float32)

    def project_sentences(self, sentences: np.ndarray) -> np.ndarray:
        return sentences / np.linalg.norm(sentences, axis=1, keepdims=True)


def _pooled(count: int) -> np.ndarray:
    return np.random.default_rng(5).normal(size=(count, 16)).astype(np.float32)


def test_every_question_is_answered_with_a_runner_up() -> None:
    talk = Dialogue(_Eyes()).about(painted(3))
    assert [exchange.question for exchange in talk.exchanges] == [question.words for question in QUESTIONS]
    for exchange, question in zip(talk.exchanges, QUESTIONS, strict=True):
        assert exchange.answer in question.answers and exchange.runner_up in question.answers
        assert exchange.answer != exchange.runner_up
        assert 1 >= exchange.confidence >= exchange.runner_up_confidence >= 0
        assert exchange.answer in talk.summary


def test_the_answer_is_the_nearest_sentence() -> None:
    eyes = _Eyes()
    sleeves = next(question for question in QUESTIONS if question.name == "sleeves")
    wanted = eyes.sentences([sleeves.prompt.format("long sleeves")])
    talk = Dialogue(eyes).about_all(wanted)[0]
    assert talk.exchanges[QUESTIONS.index(sleeves)].answer == "long sleeves"


def test_the_summary_is_longer_than_the_first_caption() -> None:
    eyes, pooled = _Eyes(), _pooled(200)
    first = SlotCaptioner(
        eyes, GARMENT, {gap: eyes.sentences(prompts_of(GARMENT, gap)) for gap in GARMENT.candidates}
    )
    talks = Dialogue(eyes).about_all(pooled)
    for caption, talk in zip(first.captions_of(pooled), talks, strict=True):
        assert len(talk.summary.split()) > len(caption.sentence.split())


def test_answers_are_read_once() -> None:
    eyes = _Eyes()
    dialogue = Dialogue(eyes)
    assert eyes.read == []
    dialogue.about(painted(1))
    count = len(eyes.read)
    dialogue.about(painted(2))
    assert len(eyes.read) == count == sum(len(question.answers) for question in QUESTIONS)


def test_a_dialogue_survives_json() -> None:
    talk = Dialogue(_Eyes()).about(painted(3))
    assert Conversation.from_json(json.loads(json.dumps(talk.to_json()))) == talk


@pytest.mark.parametrize("helpful", [True, False])
def test_the_table_tells_words_that_help_from_words_that_do_not(helpful: bool) -> None:
    random = np.random.default_rng(0)
    names = random.normal(size=(30, 8)).astype(np.float32)
    other = random.normal(size=(30, 8)).astype(np.float32)
    picture = random.normal(size=(30, 30)).astype(np.float32) * 0.1 + 0.05 * np.eye(30, dtype=np.float32)
    products = random.normal(size=(30, 8)).astype(np.float32)
    products /= np.linalg.norm(products, axis=1, keepdims=True)
    folds = [Fold(np.arange(30), picture, products)]
    table = words_table(
        folds, [str(row) for row in range(30)], {"caption": (names, names if helpful else other)}
    )
    first = {row[0]: row[1]["value"] for row in table["rows"]}
    assert (first["caption, alone"] == 1.0) == helpful
    assert (first["picture + 30% caption"] > first["picture alone"] + 0.3) == helpful
