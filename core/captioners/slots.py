"""Captions by filling the gaps of a template: each gap takes the words that lie nearest to the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32, Float64

from core.blend import softmax, unit
from core.captioners.templates import GARMENT, Template, sketch_template
from core.contracts import SummedEncoder, TwoTowerEncoder
from core.errors import ArtifactError, InputError
from core.fitting import fitting
from core.instruments.parts_apart import PartApart
from core.store import Manifest, load_artifact
from core.types import Caption, Picture, Slot

KIND = "captioner"
NO_SUM = "With these models a picture is no sum over its places, so why a word was chosen is not shown."
NO_CHOICE = "No gap of this sentence had a choice between words, so there are no odds of one to give."


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """A linear map from picture features to sentence embeddings, for pictures that the joint space does not know.

    Attributes:
        weight: (s, p), in double precision, as it is multiplied.
        bias: (s,).
        scale: inverse temperature for the cosines.
    """

    weight: Float[np.ndarray, "s p"]
    bias: Float32[np.ndarray, " s"]
    scale: float

    def __call__(self, pooled: Float32[np.ndarray, "n p"]) -> Float[np.ndarray, "n s"]:
        """Returns unit rows that can be compared with `directions` of sentences."""
        return unit(pooled.astype(np.float64) @ self.weight.T + self.bias)

    def shares(self, pooled: Float64[np.ndarray, "places p"]) -> Float64[np.ndarray, "places_and_bias s"]:
        """Returns rows that sum to a picture's, times the scale: one for each of `pooled`, and last that of the bias.

        Args:
            pooled: rows that sum to the picture's features.
        """
        rows = np.vstack([pooled @ self.weight.T, self.bias[None]])
        return np.asarray(self.scale * rows / np.linalg.norm(rows.sum(axis=0)))


def directions(sentences: Float32[np.ndarray, "c s"]) -> Float[np.ndarray, "c s"]:
    """Returns what sets each candidate apart from the others: its embedding less their mean, with length 1."""
    rows = sentences.astype(np.float64)
    return unit(rows - rows.mean(axis=0))


class SlotCaptioner:
    """Writes a template's sentence for a picture, and says what each gap nearly was.

    Args:
        encoder: encodes the pictures and projects the candidates' sentences.
        template: the sentence and its candidates.
        sentences: gap -> (candidates, s) sentence embeddings of the scored prompts.
        adapters: gap -> how to look at pictures for this gap instead of in the joint space.
    """

    def __init__(
        self,
        encoder: TwoTowerEncoder,
        template: Template,
        sentences: Mapping[str, Float32[np.ndarray, "_ s"]],
        adapters: Mapping[str, Adapter] | None = None,
    ) -> None:
        self.id = f"slots-{template.name}"
        self.template = template
        self._encoder = encoder
        self._adapters = dict(adapters or {})
        self._rows: dict[str, np.ndarray] = {
            gap: directions(sentences[gap])
            if gap in self._adapters
            else encoder.project_sentences(sentences[gap])
            for gap in template.candidates
        }

    def caption(self, picture: Picture) -> Caption:
        """Returns the caption of one picture."""
        return self.captions_of(self._encoder.pooled([picture]))[0]

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]:
        """Returns the caption of each picture."""
        return self.captions_of(self._encoder.pooled(pictures)) if pictures else []

    def captions_of(self, pooled: Float32[np.ndarray, "n p"]) -> list[Caption]:
        """Returns the captions of pictures whose features are known.

        Args:
            pooled: (n, p) features of the image tower.
        """
        weights = {gap: softmax(logits) for gap, logits in self._logits(pooled).items()}
        return [
            self._caption({gap: values[i] for gap, values in weights.items()}) for i in range(len(pooled))
        ]

    def odds(self, pictures: Sequence[Picture], slots: Sequence[Slot]) -> Float64[np.ndarray, "gaps n"]:
        """Returns the logarithm of the odds of each gap's words against the next best ones, in other pictures.

        Args:
            pictures: n of them.
            slots: gaps as they were filled; those that had a choice count.

        Raises:
            InputError: none of them had.
        """
        pairs = self._pairs(slots)
        if not pairs:
            raise InputError(NO_CHOICE)
        logits = self._logits(self._encoder.pooled(pictures))
        return np.stack(
            [logits[slot.name][:, first] - logits[slot.name][:, second] for slot, first, second in pairs]
        )

    def _pairs(self, slots: Sequence[Slot]) -> list[tuple[Slot, int, int]]:
        """Returns each gap that had a choice, with the numbers of its words and of the next best ones."""
        words = self.template.candidates
        return [
            (slot, words[slot.name].index(slot.choice), words[slot.name].index(slot.runner_up))
            for slot in slots
            if slot.runner_up
        ]

    def _logits(self, pooled: Float32[np.ndarray, "n p"]) -> dict[str, Float64[np.ndarray, "n _"]]:
        joint = self._encoder.project_pictures(pooled).astype(np.float64)
        logits = {}
        for gap, rows in self._rows.items():
            adapter = self._adapters.get(gap)
            seen, scale = (
                (joint, self._encoder.scale) if adapter is None else (adapter(pooled), adapter.scale)
            )
            logits[gap] = np.asarray(scale * (seen @ rows.T))
        return logits

    def apart(self, picture: Picture) -> tuple[PartApart, ...]:
        """Takes apart why each gap took its words and not the next best ones, over the places of a picture.

        Args:
            picture: what the sentence is about.

        Returns:
            For each gap with a choice the difference of the two logits, whose softmax `caption` reports: a sum.

        Raises:
            InputError: the encoder's rows are no sums over places.
        """
        if not isinstance(self._encoder, SummedEncoder):
            raise InputError(NO_SUM)
        joint = self._encoder.scale * self._encoder.picture_shares(picture)
        pooled, parts = self._encoder.pooled_shares(picture), []
        for slot, first, second in self._pairs(self.caption(picture).slots):
            adapter = self._adapters.get(slot.name)
            apart = (self._rows[slot.name][first] - self._rows[slot.name][second]).astype(np.float64)
            places = (joint if adapter is None else adapter.shares(pooled)) @ apart
            score = float(np.log(slot.probability) - np.log(slot.runner_up_probability))
            label = f"{slot.name}: {slot.choice}, not {slot.runner_up}"
            parts.append(PartApart(f"gap_{slot.name}", label, "words", score, places))
        return tuple(parts)

    def _caption(self, weights: Mapping[str, np.ndarray]) -> Caption:
        slots = tuple(self._slot(gap, values) for gap, values in weights.items())
        return Caption(self.template.filled({slot.name: slot.choice for slot in slots}), "captioner", slots)

    def _slot(self, gap: str, values: np.ndarray) -> Slot:
        words = self.template.candidates[gap]
        best, *others = np.argsort(-values, kind="stable")[:2].tolist()
        nearly = [(words[place], float(values[place])) for place in others]
        return Slot(gap, words[best], float(values[best]), *(nearly[0] if nearly else ()))


def load_captioners(
    encoder: TwoTowerEncoder, folder: Path, towers: str
) -> tuple[SlotCaptioner, SlotCaptioner]:
    """Returns the sketch and the garment captioner.

    Args:
        encoder: the joint encoder in use.
        folder: the artefact "captioner", the sentence embeddings of all candidates.
        towers: id of the text tower in use.

    Raises:
        ArtifactError: missing, damaged, or made for other towers or words.
    """
    tensors, manifest = load_artifact(folder, kind=KIND, models={"towers": towers})
    with fitting(folder, tensors):
        sketches = _captioner(encoder, sketch_template(manifest.details["nouns"]), tensors, manifest)
        return sketches, _captioner(encoder, GARMENT, tensors, manifest)


def _captioner(
    encoder: TwoTowerEncoder, template: Template, tensors: Mapping[str, np.ndarray], manifest: Manifest
) -> SlotCaptioner:
    rows = {gap: tensors[f"{template.name}.{gap}"].astype(np.float32) for gap in template.candidates}
    if any(len(rows[gap]) != len(words) for gap, words in template.candidates.items()):
        raise ArtifactError("The captioner's words have changed; run `python -m core train captioner` again.")
    adapters = {
        gap: Adapter(
            tensors[f"{template.name}.{gap}.adapter.weight"].astype(np.float64),
            tensors[f"{template.name}.{gap}.adapter.bias"].astype(np.float32),
            float(scale),
        )
        for gap, scale in manifest.details["adapters"].get(template.name, {}).items()
    }
    return SlotCaptioner(encoder, template, rows, adapters)
