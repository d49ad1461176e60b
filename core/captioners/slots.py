"""Captions by filling the gaps of a template: each gap takes the words nearest to the picture in the joint space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from jaxtyping import Float32

from core.blend import softmax
from core.captioners.templates import GARMENT, Template, sketch_template
from core.errors import ArtifactError
from core.store import load_artifact
from core.types import Caption, Picture, Slot

KIND = "captioner"


class _Joint(Protocol):
    id: str
    scale: float

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]: ...

    def project_sentences(self, sentences: Float32[np.ndarray, "n s"]) -> Float32[np.ndarray, "n d"]: ...


class SlotCaptioner:
    """Writes a template's sentence for a picture, and says what each gap nearly was.

    Args:
        joint: encodes the pictures and projects the candidates' sentences.
        template: the sentence and its candidates.
        sentences: gap -> (candidates, width) sentence embeddings of the scored prompts.
    """

    def __init__(self, joint: _Joint, template: Template, sentences: Mapping[str, Float32[np.ndarray, "c s"]]) -> None:
        self.id = f"slots-{template.name}"
        self.template = template
        self._joint = joint
        self._rows = {gap: joint.project_sentences(sentences[gap]) for gap in template.candidates}

    def caption(self, picture: Picture) -> Caption:
        """Returns the caption of one picture."""
        return self.captions_of(self._joint.encode_pictures([picture]))[0]

    def captions_of(self, embeddings: Float32[np.ndarray, "n d"]) -> list[Caption]:
        """Returns the captions of pictures whose joint embeddings are known.

        Args:
            embeddings: (n, d) unit rows.
        """
        weights = {
            gap: softmax(self._joint.scale * (embeddings.astype(np.float64) @ rows.T)) for gap, rows in self._rows.items()
        }
        return [self._caption({gap: values[i] for gap, values in weights.items()}) for i in range(len(embeddings))]

    def _caption(self, weights: Mapping[str, np.ndarray]) -> Caption:
        slots = tuple(self._slot(gap, values) for gap, values in weights.items())
        return Caption(self.template.filled({slot.name: slot.choice for slot in slots}), "captioner", slots)

    def _slot(self, gap: str, values: np.ndarray) -> Slot:
        words = self.template.candidates[gap]
        best, second = np.argsort(-values, kind="stable")[:2]
        return Slot(gap, words[best], float(values[best]), words[second], float(values[second]))


def load_captioners(joint: _Joint, folder: Path, towers: str) -> tuple[SlotCaptioner, SlotCaptioner]:
    """Returns the sketch and the garment captioner.

    Args:
        joint: the joint encoder in use.
        folder: the artefact "captioner", the sentence embeddings of all candidates.
        towers: id of the text tower in use.

    Raises:
        ArtifactError: missing, damaged, or made for other towers or words.
    """
    tensors, manifest = load_artifact(folder, kind=KIND, models={"towers": towers})
    templates = (sketch_template(manifest.details["nouns"]), GARMENT)
    made = []
    for template in templates:
        rows = {gap: tensors[f"{template.name}.{gap}"].astype(np.float32) for gap in template.candidates}
        if any(len(rows[gap]) != len(words) for gap, words in template.candidates.items()):
            raise ArtifactError("The captioner's words have changed; run `python -m core train captioner` again.")
        made.append(SlotCaptioner(joint, template, rows))
    return made[0], made[1]
