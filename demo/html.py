"""Small pieces of HTML that tabs and widgets share; all words of other people pass through `isolated`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from core.instruments import Reading
from core.scores.ranking import PROFILE as SCORES
from demo import copy

_SLIP = '<p class="notice slip"'


def isolated(text: object) -> str:
    """Returns somebody else's words, escaped, and isolated so that their direction disturbs nothing."""
    return f"<bdi>{escape(str(text))}</bdi>"


def sentence(text: str) -> str:
    """Returns the plain sentence that begins every answer."""
    return f'<p class="verdict" aria-live="polite">{isolated(text)}</p>'


def fine(text: str) -> str:
    """Returns a sentence in small print, as it stands below an answer."""
    return f'<p class="fine">{isolated(text)}</p>'


def promise(text: str) -> str:
    """Returns in small print whether anything answers."""
    return f'<p class="fine promise">{isolated(text)}</p>'


def headline(text: str) -> str:
    """Returns the answer in one short line, for telephones: it stays in view while the sliders move."""
    return f'<p class="headline tabular" aria-hidden="true">{isolated(text)}</p>'


def empty(text: str) -> str:
    """Returns what stands in place of an answer while there is none, so nothing there is dimmed."""
    return f'<p class="empty" aria-live="polite">{isolated(text)}</p>'


def notice(text: str) -> str:
    """Returns a remark above an answer, such as what is wrong with a picture; "" shows nothing."""
    return f'<p class="notice" role="alert">{isolated(text)}</p>' if text else ""


def stale(text: str, *, mistake: bool = False) -> str:
    """Returns why what stands below is not the answer to what was asked last; it is dimmed meanwhile.

    Args:
        text: why, one sentence.
        mistake: whether something could not be used, so that it is said at once.
    """
    role = "alert" if mistake else "status"
    return f'<p class="notice" role="{role}">{isolated(text)} {_still_shown()}</p>'


def slip(text: str) -> str:
    """Returns why a setting cannot be used; what stands below answers what was asked, with the settings before.

    Args:
        text: why, one sentence.
    """
    return f'{_SLIP} role="alert">{isolated(text)} {_still_shown()}</p>'


def is_of_a_question(standing: object) -> bool:
    """Tells whether a notice says why what was asked last has no answer; else it is a `slip`, or there is none."""
    return bool(standing) and not str(standing).startswith(_SLIP)


def _still_shown() -> str:
    return f"<small>{escape(copy.STILL_SHOWN)}</small>"


def remarks(notes: Sequence[str]) -> str:
    """Returns what is to be said about a picture that was accepted, such as that it is very small."""
    return f'<p class="fine" role="status">{isolated(" ".join(notes))}</p>' if notes else ""


def readings_lines(readings: Mapping[str, Reading], drawn: Collection[str] = ()) -> str:
    """Returns what the instruments read of an answer, a line each.

    Args:
        readings: name of an instrument -> what it reads.
        drawn: names of those that the tab shows in a better way.
    """
    # Of two kinds of evidence a tie says it all.
    said = {*drawn, "flips", "winner_atlas"} if "tie" in readings else drawn
    lines = [reading.sentence for name, reading in readings.items() if name not in said]
    return "".join(f'<p class="fine reading">{isolated(line)}</p>' for line in lines)


def models_text(models: Mapping[str, str]) -> str:
    """Returns which models they are, each with its role, as plain text."""
    return ", ".join(f"{role} {model}" for role, model in models.items())


def models_line(models: Mapping[str, str], profile: str) -> str:
    """Returns which models answer, or whose scores a file brought."""
    if profile == SCORES:
        return f'<p class="models">Scores of {", ".join(map(isolated, models.values()))}.</p>'
    names = ", ".join(f"{escape(role)} {isolated(model)}" for role, model in models.items())
    return f'<p class="models">Answered by the {escape(profile)} models: {names}.</p>'


def signed(value: float, decimals: int = 2) -> str:
    """Returns a number with a true minus sign, and never "−0.00"."""
    return signed_numbers((value,), decimals)[0]


def signed_numbers(values: Iterable[float], decimals: int) -> list[str]:
    """Returns several numbers, each as `signed` writes it."""
    texts = (f"{value:.{decimals}f}" for value in values)
    return [text.replace("-", "−") if text.strip("-0.") else f"{0:.{decimals}f}" for text in texts]
