"""Events are connected by the names of their fields: a small tab, built and asked as gradio asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from core.errors import InputError
from demo.wiring import KEPT, UNTOUCHED, Fields, Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyFields(Fields):
    number: Any = KEPT
    unit: Any = KEPT
    answer: Any = KEPT


@dataclass(frozen=True, slots=True)
class Amount:
    number: float
    unit: str


class ToyEvents:
    def doubled(self, amount: Amount) -> ToyFields:
        if amount.number < 0:
            raise InputError("Give a number above 0.")
        return ToyFields(answer=f"{2 * amount.number} {amount.unit}")

    def chosen(self, answer: str, event: gr.EventData) -> ToyFields:
        return ToyFields(answer=answer, number=event.index)

    def counted(self, number: int) -> Iterator[ToyFields]:
        yield from (ToyFields(answer=str(i)) for i in range(number))

    def silent(self) -> Fields:
        return UNTOUCHED

    def wrong(self) -> ToyFields:
        return ToyFields(unit="m")


@pytest.fixture(scope="module")
def events() -> dict[str, Any]:
    """The events of a small page, by the name of what answers them."""
    toy = ToyEvents()

    async def make() -> gr.Blocks:  # outside a running loop gradio makes loops that nobody closes
        with gr.Blocks(analytics_enabled=False) as page:
            fields = ToyFields(
                mark=gr.HTML(), notice=gr.HTML(), number=gr.Number(), unit=gr.Textbox(), answer=gr.Textbox()
            )
            button, wiring = gr.Button(), Wiring(fields, amount=Amount)
            wiring.asks([button.click, fields.unit.submit], toy.doubled, [fields.answer])
            wiring.follows(fields.number.input, toy.doubled, [fields.answer, fields.unit])
            wiring.does(button.click, toy.chosen, [fields.answer, fields.number])
            wiring.does(button.click, toy.counted, [fields.answer], queue=True)
            wiring.asks(button.click, toy.silent, [fields.answer], encodes=False)
            wiring.does(button.click, toy.wrong, [fields.answer])
        return page

    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(lambda: asyncio.run(make())).result()
    doubled, followed, *others = page.fns.values()
    return {"asked": doubled, "followed": followed, **{str(event.fn.__name__): event for event in others}}


def test_inputs_are_the_fields_that_parameters_name_and_outputs_those_given_beside(events: Any) -> None:
    assert [type(component).__name__ for component in events["asked"].inputs] == ["Number", "Textbox"]
    assert [type(component).__name__ for component in events["asked"].outputs] == ["HTML", "Textbox"]
    assert [type(component).__name__ for component in events["followed"].inputs] == [
        "Number",
        "Textbox",
        "HTML",
    ]
    assert events["asked"].concurrency_id == "model" and events["asked"].queue
    assert not events["followed"].queue and events["counted"].queue


def test_a_question_clears_the_notice_or_says_why_it_has_no_answer(events: Any) -> None:
    ask = events["asked"].fn
    assert ask(2, "m") == ("", "4 m")
    notice, answer = ask(-2, "m")
    assert "Give a number above 0." in notice and answer == gr.skip()
    assert events["silent"].fn() == (gr.skip(), gr.skip())


def test_a_slider_touches_the_notice_only_when_there_is_something_to_say(events: Any) -> None:
    refused, _ = events["asked"].fn(-2, "m")
    follow = events["followed"].fn
    assert follow(2, "m", "") == (gr.skip(), "4 m", gr.skip())
    assert follow(2, "m", refused) == (gr.skip(), "4 m", gr.skip()), "it answers nothing that was refused"
    slip, *others = follow(-2, "m", "")
    assert "Give a number above 0." in slip and others == [gr.skip()] * 2
    assert follow(2, "m", slip)[0] == ""


def test_what_gradio_adds_and_answers_in_steps_go_through(events: Any) -> None:
    event: Any = SimpleNamespace(index=7)
    assert events["chosen"].fn("words", event) == ("words", 7)
    assert list(events["counted"].fn(3)) == ["0", "1", "2"]


def test_a_field_that_an_event_may_not_change_is_a_mistake_of_ours(events: Any) -> None:
    with pytest.raises(LookupError, match="unit"):
        events["wrong"].fn()


def test_what_the_tab_does_not_lay_out_fails_when_the_page_is_built() -> None:
    fields = ToyFields(mark="mark", notice="notice", answer="answer")
    for strange in (fields.unit, "another tab's answer"):
        with pytest.raises(LookupError, match="only fields that its tab lays out"):
            Wiring(fields).does(lambda *_, **__: None, ToyEvents().silent, [strange])
