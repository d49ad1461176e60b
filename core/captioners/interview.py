"""ChatCaptioner (Zhu et al. 2023): a small language model asks about a picture, a VQA model that sees it answers.

The language model never sees the picture. It gets the questions and answers so far, asks the next question, and in
the end puts the answers into one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, BlipForQuestionAnswering

from core import text
from core.captioners.dialogue import QUESTIONS
from core.captioners.free import cleaned, while_listened_to
from core.captioners.recent import Recent
from core.devices import Place
from core.encoders.checkpoint import (
    Network,
    guarded,
    image_processor,
    load_model,
    processed,
    read_config,
    resident,
)
from core.encoders.reading import HubTokenizer, read_tokenizer
from core.errors import ArtifactError, SettingsError
from core.listening import check_listened_to, say
from core.types import Conversation, Exchange, Picture

ROUNDS = 6
MOST_ROUNDS = 12
BEAMS = 3
ANSWER_TOKENS = 10
QUESTION_TOKENS = 24
SUMMARY_TOKENS = 80
REMEMBERED = 16
"""Talks that are kept for who asks about the same picture again."""
LONGEST_QUESTION = 64
"""Most tokens of a question as the VQA model reads it."""
NO_PICTURE = "You cannot see the picture, but somebody who sees it answers your questions."
ASK = (
    f"You want to know exactly what the clothes on a picture look like. {NO_PICTURE} Ask one short question about "
    "something that you do not know yet: colour, pattern, sleeves, neckline, length, fit, material or print. "
    "Write the question only."
)
SUMMARISE = (
    "You describe the clothes on a picture in one sentence. Use only what the answers say and add nothing. "
    "Write the sentence only."
)


class Interview:
    """Talks about a picture, the same way each time; safe to call from several threads. Loaded when first used.

    Args:
        vqa_folder: BLIP-VQA in the Hub's format.
        language_folder: an instruction-tuned language model with a chat template, in the Hub's format.
        id: names both models and their revisions: who answers, a comma, who asks.
        rounds: how many questions are asked, 1 to 12.

    Raises:
        ArtifactError: a folder is incomplete.
        SettingsError: another number of rounds.
    """

    def __init__(self, vqa_folder: Path, language_folder: Path, *, id: str, rounds: int = ROUNDS) -> None:
        if not 1 <= rounds <= MOST_ROUNDS:
            raise SettingsError(f"Ask 1 to {MOST_ROUNDS} questions, not {rounds}.")
        self.id = id
        self._rounds = rounds
        self._folders = (vqa_folder, language_folder)
        answers, comma, asks = id.partition(", ")
        self._ids = (answers, asks) if comma else (id, id)
        read_config(vqa_folder, self._ids[0], "blip")
        read_config(language_folder, self._ids[1])
        self._reader = HubTokenizer(vqa_folder, self._ids[0], LONGEST_QUESTION)
        self._sees = resident("blip-vqa", vqa_folder, self._ids[0], self._load_vqa)
        self._speaks = resident("language", language_folder, self._ids[1], self._load_language)
        self._tokenizer: Any = None
        self._recent = Recent[Conversation](REMEMBERED)
        self._seen = Recent[torch.Tensor](1)

    def about(self, picture: Picture) -> Conversation:
        """Returns questions, answers and one sentence about a picture.

        The first question is always the same. Where the language model asks nothing new, the next of the fixed
        questions of `core.captioners.dialogue` is put instead; where it sums up nothing, the answers are listed.
        What was said about the last few pictures is remembered.
        """
        talk = self._recent.get(picture)
        if talk is None:
            talk = self._about(picture)
            self._recent.keep(picture, talk)
        return talk

    def _about(self, picture: Picture) -> Conversation:
        exchanges: list[Exchange] = []
        for number in range(self._rounds):
            say(number + 1, f"of {self._rounds} questions about the picture")
            question = self._question(exchanges)
            exchanges.append(_exchange(question, self._answers(picture, question)))
        say(self._rounds, "answers are put into one sentence")
        transcript = "\n".join(f"{exchange.question} {exchange.answer}" for exchange in exchanges)
        summary = _sentence(self._reply(SUMMARISE, transcript, SUMMARY_TOKENS))
        return Conversation(tuple(exchanges), summary or cleaned(transcript))

    def _question(self, exchanges: Sequence[Exchange]) -> str:
        if not exchanges:
            return QUESTIONS[0].words
        transcript = "\n".join(f"{exchange.question} {exchange.answer}" for exchange in exchanges)
        reply = self._reply(ASK, f"{transcript}\nWhat is your next question?", QUESTION_TOKENS)
        questions = {exchange.question.casefold() for exchange in exchanges}
        words = reply.partition("?")[0].strip()
        if words and "?" in reply and f"{words}?".casefold() not in questions:
            return f"{words}?"
        return next(exchange.words for exchange in QUESTIONS if exchange.words.casefold() not in questions)

    def _answers(self, picture: Picture, question: str) -> list[tuple[str, float]]:
        """Returns the likeliest answers with the probability of their whole sequence of tokens, best first."""
        ids, mask = self._reader.tokens([question])

        def answer(network: Network) -> Any:
            model = network.model
            states = self._read(network, picture, ids, mask)
            # The rest of BlipForQuestionAnswering.generate, which would look at the picture for every question anew.
            return model.text_decoder.generate(
                input_ids=torch.full((1, 1), model.decoder_start_token_id, device=model.device),
                encoder_hidden_states=states,
                encoder_attention_mask=torch.ones(states.shape[:2], dtype=torch.long, device=model.device),
                eos_token_id=model.config.text_config.sep_token_id,
                pad_token_id=model.config.text_config.pad_token_id,
                do_sample=False,
                num_beams=BEAMS,
                num_return_sequences=BEAMS,
                # The score of a sequence is then the sum of its tokens' log probabilities.
                length_penalty=0.0,
                max_new_tokens=ANSWER_TOKENS,
                stopping_criteria=while_listened_to(f"of at most {ANSWER_TOKENS} words of an answer"),
                output_scores=True,
                return_dict_in_generate=True,
            )

        with torch.inference_mode():
            generated = self._sees.run(answer)
        check_listened_to()
        scores = [min(1.0, math.exp(score)) for score in generated.sequences_scores.float().tolist()]
        likeliest: dict[str, float] = {}
        for words, score in zip(self._reader.words(generated.sequences), scores, strict=True):
            likeliest.setdefault(cleaned(words), score)
        return [(words, score) for words, score in likeliest.items() if words]

    def _read(
        self, network: Network, picture: Picture, ids: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Returns the states of a question (1, tokens, width), read while looking at the picture."""
        model = network.model
        seen = self._seen.get(picture)
        if seen is None:
            seen = model.vision_model(pixel_values=network.pixels([picture])).last_hidden_state.cpu()
            self._seen.keep(picture, seen)
        seen = seen.to(model.device, model.dtype)
        states: torch.Tensor = model.text_encoder(
            input_ids=ids.to(model.device),
            attention_mask=mask.to(model.device),
            encoder_hidden_states=seen,
            encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long, device=model.device),
        ).last_hidden_state
        return states

    def _reply(self, task: str, transcript: str, longest: int) -> str:
        """Returns what the language model replies, as one clean line.

        Raises:
            ArtifactError: its tokenizer does not say how a talk is written down.
        """

        what = "the summary" if task == SUMMARISE else "the next question"

        def reply(network: Network) -> str:
            tokenizer = self._talker()
            special = tokenizer.all_special_tokens
            plain = "\n".join(text.escape_special(line, special) for line in transcript.splitlines())
            messages = [{"role": "system", "content": task}, {"role": "user", "content": plain}]
            given = guarded(
                self._ids[1],
                lambda: tokenizer.apply_chat_template(
                    messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
                ),
            ).to(network.model.device)
            ids = network.model.generate(
                **given,
                do_sample=False,
                num_beams=1,
                max_new_tokens=longest,
                stopping_criteria=while_listened_to(f"of at most {longest} words of {what}"),
                pad_token_id=tokenizer.pad_token_id,
            )
            new = ids[0, given["input_ids"].shape[1] :]
            return cleaned(tokenizer.decode(new, skip_special_tokens=True))

        with torch.inference_mode():
            words = self._speaks.run(reply)
        check_listened_to()
        return words

    def _talker(self) -> Any:
        """Returns the language model's tokenizer; whoever uses it holds the model's lock."""
        if self._tokenizer is None:
            tokenizer = read_tokenizer(self._folders[1], self._ids[1])
            if not tokenizer.chat_template:
                raise ArtifactError(f"The model {self._ids[1]} lacks its chat template; fetch it again.")
            self._tokenizer = tokenizer
        return self._tokenizer

    def _load_vqa(self, place: Place) -> Network:
        processor = image_processor(self._folders[0], self._ids[0])
        model = load_model(BlipForQuestionAnswering, self._folders[0], self._ids[0], place)
        return Network(model, lambda pictures: processed(processor, pictures, place))

    def _load_language(self, place: Place) -> Network:
        return Network(load_model(AutoModelForCausalLM, self._folders[1], self._ids[1], place))


def _exchange(question: str, answers: Sequence[tuple[str, float]]) -> Exchange:
    """Returns a question with its two likeliest answers; "unclear" at 0 where the model finds no words."""
    best, second = [*answers, ("", 0.0), ("", 0.0)][:2]
    return Exchange(question, best[0] or "unclear", round(best[1], 4), second[0], round(second[1], 4))


def _sentence(words: str) -> str:
    """Returns what was said up to its last full stop, all of it where there is none."""
    end = words.rfind(".")
    return words[: end + 1] if end > 0 else words
