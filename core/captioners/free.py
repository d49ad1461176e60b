"""What captioners in free words have in common: a bounded, greedy sentence, cleaned as typed words are."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList

from core import text
from core.captioners.recent import Recent
from core.devices import GPU, Place
from core.encoders.checkpoint import Network, in_batches, read_config, resident
from core.encoders.reading import read_tokenizer
from core.errors import InputError
from core.listening import check_listened_to, everybody_left, say
from core.types import Caption, Picture

BATCH = 4
LONGEST = 20
"""Most tokens of a caption, as the models' libraries have it where nothing is asked."""
REMEMBERED = 16
"""Captions that are kept for who asks about the same picture again."""
DEADLINE = 10.0
"""Seconds after which a person who waits gets the sentence as far as it has come."""


class Listening(StoppingCriteria):  # type: ignore[misc]
    """Ends a text at the next token once nobody waits for it any more; until then says after each how far it is.

    Args:
        what: what the number of tokens so far is said of.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._written = 0

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
        """Returns for each text whether it ends here."""
        self._written += 1
        say(self._written, self._what)
        return torch.full((len(input_ids),), everybody_left(), device=input_ids.device, dtype=torch.bool)


GREEDY = {"do_sample": False, "num_beams": 1, "max_new_tokens": LONGEST}
"""How every caption is made: the likeliest token each time, so that a picture always gets the same words."""


def while_listened_to(what: str = f"of at most {LONGEST} words of the caption") -> StoppingCriteriaList:
    """Returns what ends one text once nobody waits for it, and says how far it is; see `Listening`."""
    return StoppingCriteriaList([Listening(what)])


class FreeCaptioner(ABC):
    """Writes a sentence about a picture; safe to call from several threads. Loaded when it is first used.

    Args:
        folder: a folder in the Hub's format.
        id: names the model and its revision.

    Raises:
        ArtifactError: the folder is incomplete.
    """

    family = ""
    kind = ""
    deadline = DEADLINE

    def __init__(self, folder: Path, *, id: str) -> None:
        self.id = id
        self._folder = folder
        read_config(folder, id, self.kind)
        self._tokenizer: Any = None
        self._recent = Recent[str](REMEMBERED)
        self._resident = resident(self.family, folder, id, self._load, gpu=self._gpu())

    def caption(self, picture: Picture) -> Caption:
        """Returns the caption of one picture; those of the last few are remembered.

        Raises:
            InputError: the model finds no words for it.
        """
        sentence = self._recent.get(picture)
        if sentence is None:
            began = time.monotonic()
            (sentence,) = self.captions([picture], within=self.deadline)
            # A sentence that was cut short may become longer when the machine is less busy.
            if time.monotonic() - began < self.deadline:
                self._recent.keep(picture, sentence)
        return self._named(sentence)

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]:
        """Returns the caption of each picture, however long it takes.

        Raises:
            InputError: the model finds no words for one of them.
        """
        return [self._named(sentence) for sentence in self.captions(pictures)]

    def _named(self, sentence: str) -> Caption:
        if not sentence:
            raise InputError(f"The captioner {self.id} finds no words for this picture; type a caption.")
        return Caption(sentence, "captioner")

    def captions(self, pictures: Sequence[Picture], *, within: float | None = None) -> list[str]:
        """Returns one sentence for each picture, "" where the model finds no words.

        Args:
            pictures: any number.
            within: seconds after which a sentence stays as far as it has come; None waits for its end.

        Raises:
            CapacityError: whoever asked has left meanwhile.
        """
        sentences: list[str] = []
        for batch in in_batches(pictures, BATCH):
            with torch.inference_mode():
                parts = self._resident.run_rows(partial(self._written, within=within), batch)
            sentences += [sentence for part in parts for sentence in part]
            check_listened_to()
        return sentences

    def _written(self, network: Network, pictures: Sequence[Picture], within: float | None) -> list[str]:
        if self._tokenizer is None:
            self._tokenizer = read_tokenizer(self._folder, self.id)
        ids = self._write(network, network.pixels(pictures), within)
        return [cleaned(words) for words in self._tokenizer.batch_decode(ids, skip_special_tokens=True)]

    @abstractmethod
    def _write(self, network: Network, pixels: torch.Tensor, within: float | None) -> torch.Tensor:
        """Returns the ids (n, tokens) of the captions; see `captions` for the seconds."""

    @abstractmethod
    def _load(self, place: Place) -> Network:
        """Returns the model at a place."""

    def _gpu(self) -> Place:
        return GPU


def cleaned(words: str) -> str:
    """Returns what a model wrote as one clean line, "" when nothing is left."""
    return text.clean(words[: text.LIMIT], allow_empty=True)
