"""How a captioner filled the gaps of its sentence: the choice of each, and what was nearly chosen."""

from __future__ import annotations

from core.types import Caption, Slot
from demo.html import isolated


def slots_html(caption: Caption) -> str:
    """Returns a chip for each gap of a caption; "" when a person wrote it."""
    chips = "".join(_chip(slot) for slot in caption.slots)
    return f'<div class="chips tabular">{chips}</div>' if chips else ""


def _chip(slot: Slot) -> str:
    second = (
        f"<i>or {isolated(slot.runner_up)} {slot.runner_up_probability:.2f}</i>" if slot.runner_up else ""
    )
    return (
        f'<span class="chip"><i>{isolated(slot.name)}</i> <b>{isolated(slot.choice)}</b> '
        f"{slot.probability:.2f}{second}</span>"
    )
