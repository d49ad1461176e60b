"""The slot captioner: its grammar, its gaps with what they nearly were, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.captioners.slots import KIND, Adapter, SlotCaptioner, directions, load_captioners
from core.captioners.templates import (
    GARMENT,
    Template,
    prompts_of,
    sketch_template,
    with_articles,
)
from core.encoders.towers import TOWERS_ID
from core.errors import ArtifactError, InputError
from core.settings import ASSETS
from core.store import load_artifact, save_artifact
from core.types import Caption, Picture
from tests.pocket import drawn, painted, pocket

SHIPPED = ASSETS / "models" / "pocket" / "captioner"


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a sketch of a owl", "a sketch of an owl"),
        ("a sketch of an jacket", "a sketch of a jacket"),
        ("an image of a orange striped dress", "an image of an orange striped dress"),
        ("a hourglass", "an hourglass"),
        ("an unicorn and an uniform", "a unicorn and a uniform"),
        ("a ukulele under a umbrella", "a ukulele under an umbrella"),
        ("A apple, a one-piece", "An apple, a one-piece"),
        ("a sketch of sea anemone", "a sketch of sea anemone"),
        ("banana area", "banana area"),
        ("", ""),
    ],
)
def test_articles_follow_the_sound(given_text: str, expected: str) -> None:
    assert with_articles(given_text) == expected


@given(st.text(alphabet="an ehiou-x", max_size=30))
def test_mending_articles_twice_changes_nothing_more(sentence: str) -> None:
    once = with_articles(sentence)
    assert with_articles(once) == once
    assert once.replace("n", "").split() == sentence.replace("n", "").split()


def test_a_template_is_filled_and_scored() -> None:
    template = Template(
        "toy", "a {size} {thing} {doing}", {"thing": "a photo of a {}"}, {"thing": ("owl", "jacket")}
    )
    assert template.filled({"size": "", "thing": "owl", "doing": "flying"}) == "an owl flying"
    assert template.filled({"size": "big", "thing": "owl", "doing": ""}) == "a big owl"
    assert template.scored("thing") == ["a photo of an owl", "a photo of a jacket"]


@pytest.mark.parametrize(
    "template", [GARMENT, sketch_template(["cat", "dog"])], ids=lambda template: template.name
)
def test_every_gap_of_a_template_has_its_own_candidates_and_prompts(template: Template) -> None:
    gaps = set(template.candidates)
    assert gaps == set(template.prompts)
    for gap, words in template.candidates.items():
        assert f"{{{gap}}}" in template.sentence
        assert len(words) == len(set(words)) >= 2
        prompts = prompts_of(template, gap)
        assert len(set(prompts)) == len(words), "two candidates could never be told apart"
        assert not any("{" in prompt for prompt in prompts)
    assert "{" not in template.filled({gap: words[0] for gap, words in template.candidates.items()})


class ToyEyes:
    """A joint space of two dimensions in which features and sentences are embeddings already."""

    id = "toy"
    scale = 5.0

    def pooled(self, pictures: Sequence[Picture]) -> np.ndarray:
        return np.array([[1, 0]] * len(pictures), dtype=np.float32)

    def project_pictures(self, pooled: np.ndarray) -> np.ndarray:
        return pooled

    def project_sentences(self, sentences: np.ndarray) -> np.ndarray:
        return sentences


TOY = Template(
    "toy",
    "a {thing} {doing}",
    {"thing": "{}", "doing": "{}"},
    {"thing": ("owl", "cat", "dog"), "doing": ("flying", "sitting")},
)
ROWS = {
    "thing": np.array([[1, 0], [0, 1], [0.8, 0.6]], dtype=np.float32),
    "doing": np.array([[0, 1], [0, 1]], dtype=np.float32),
}


def test_a_gap_with_one_candidate_has_no_runner_up() -> None:
    single = replace(TOY, candidates={"thing": ("owl",), "doing": ("flying", "sitting")})
    rows = ROWS | {"thing": ROWS["thing"][:1]}
    captioner = SlotCaptioner(ToyEyes(), single, rows)
    caption = captioner.caption(painted(0))
    with pytest.raises(InputError, match="No gap of this sentence had a choice"):
        captioner.odds([painted(0)], [slot for slot in caption.slots if not slot.runner_up])
    assert caption.sentence == "an owl flying"
    thing = caption.slots[0]
    assert (thing.choice, thing.probability) == ("owl", 1.0)
    assert (thing.runner_up, thing.runner_up_probability) == ("", 0.0)


def test_each_gap_takes_the_nearest_words_and_tells_the_runner_up() -> None:
    caption = SlotCaptioner(ToyEyes(), TOY, ROWS).caption(painted(0))
    assert (caption.sentence, caption.author) == ("an owl flying", "captioner")
    thing, doing = caption.slots
    assert (thing.name, thing.choice, thing.runner_up) == ("thing", "owl", "dog")
    powers = np.exp(5.0 * np.array([1.0, 0.0, 0.8]))
    assert thing.probability == pytest.approx(powers[0] / powers.sum())
    assert thing.runner_up_probability == pytest.approx(powers[2] / powers.sum())
    assert (doing.choice, doing.runner_up) == ("flying", "sitting"), "ties keep the order of the words"
    assert doing.probability == doing.runner_up_probability == pytest.approx(0.5)


def test_an_adapter_looks_in_its_own_way_for_its_gap_only() -> None:
    turned = Adapter(np.array([[0, 0], [1, 0]], dtype=np.float32), np.zeros(2, dtype=np.float32), 50.0)
    caption = SlotCaptioner(ToyEyes(), TOY, ROWS, {"thing": turned}).caption(painted(0))
    assert caption.slots[0].choice == "cat", "the adapter maps the picture to the second axis"
    assert caption.slots[0].probability > 0.99
    assert caption.slots[1].choice == "flying"


def test_directions_tell_candidates_apart_and_are_unit() -> None:
    rows = np.random.default_rng(0).normal(3.0, 0.1, (6, 4)).astype(np.float32)
    units = directions(rows)
    np.testing.assert_allclose(np.linalg.norm(units, axis=1), 1.0)
    assert np.triu(units @ units.T, 1).max() < np.triu(rows @ rows.T, 1).max()
    assert np.isfinite(directions(np.ones((2, 3), dtype=np.float32))).all()


@pytest.mark.weights
def test_the_shipped_nouns_are_a_thousand_and_more() -> None:
    nouns = (SHIPPED / "nouns.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert len(nouns) == len(set(nouns)) >= 1000
    assert all(noun == noun.strip() and noun for noun in nouns)
    _, manifest = load_artifact(SHIPPED, kind=KIND, models=None)
    assert manifest.details["nouns"] == nouns


def _checked(caption: Caption, template: Template) -> None:
    assert caption.author == "captioner"
    assert [slot.name for slot in caption.slots] == list(template.candidates)
    for slot in caption.slots:
        words = template.candidates[slot.name]
        assert slot.choice in words and slot.runner_up in words and slot.choice != slot.runner_up
        assert 1 >= slot.probability >= slot.runner_up_probability > 0
        assert slot.probability + slot.runner_up_probability <= 1 + 1e-12
        assert slot.probability >= 1 / len(words) - 1e-12
    assert caption.sentence == template.filled({slot.name: slot.choice for slot in caption.slots})
    assert Caption.from_json(caption.to_json()) == caption


@pytest.mark.weights
def test_the_shipped_captioners_fill_every_gap_of_any_picture() -> None:
    joint = pocket().joint
    captioners = load_captioners(joint, SHIPPED, TOWERS_ID)
    pictures = [painted(1), painted(2, (1, 1)), drawn(3)]
    for captioner in captioners:
        together = captioner.captions_of(joint.pooled(pictures))
        for picture, caption in zip(pictures, together, strict=True):
            _checked(caption, captioner.template)
            assert captioner.caption(picture).sentence == caption.sentence
        assert captioner.captions_of(joint.pooled([])) == []
    assert captioners[0].id == "slots-sketch" and captioners[1].id == "slots-garment"
    assert len(captioners[0].template.candidates["thing"]) >= 1000


@pytest.mark.weights
@pytest.mark.parametrize("gap", ["sketch.thing", "garment.zoom"])
def test_candidates_that_do_not_fit_their_embeddings_are_refused(tmp_path: Path, gap: str) -> None:
    tensors, manifest = load_artifact(SHIPPED, kind=KIND, models=None)
    save_artifact(tmp_path, tensors | {gap: tensors[gap][:-1]}, replace(manifest, seen=frozenset()))
    with pytest.raises(ArtifactError, match="words have changed; run `python -m core train captioner`"):
        load_captioners(ToyEyes(), tmp_path, TOWERS_ID)


@pytest.mark.weights
def test_a_captioner_made_for_other_towers_is_refused() -> None:
    with pytest.raises(ArtifactError, match="train them again"):
        load_captioners(ToyEyes(), SHIPPED, "other towers")
