"""What people may call a product: its kind in one of its names, its colour, and nothing that it is not."""

from __future__ import annotations

import numpy as np
import pytest

from core.datasets.changes import Product
from core.datasets.wordings import Wordings, colour_words


def texts(product: Product, count: int = 300) -> set[str]:
    return set(Wordings.of(product).drawn(count, np.random.default_rng(0)))


def test_a_product_is_called_by_its_names_colours_and_pattern() -> None:
    shirt = Product("men", "tshirts", "navy blue", "casual", "stripes", "Puma Men Striped Navy T-shirt")
    asked = texts(shirt)
    assert {"navy tee", "dark blue t-shirt"} <= asked
    assert any({"navy", "striped"} <= set(text.split()) for text in asked)
    assert any(text.endswith("for men") for text in asked) and any("with stripes" in text for text in asked)
    assert all(any(word in text for word in ("shirt", "tee")) for text in asked)
    assert not any("women" in text or "red" in text.split() or "  " in text for text in asked)


def test_what_has_no_colour_or_no_singular_is_called_all_the_same() -> None:
    assert texts(Product("", "jeans", "na", "", "", "")) <= {"jeans", "denim jeans", "denim trousers"}
    assert not any(" a jeans" in f" {text}" for text in texts(Product("", "jeans", "blue", "", "", "")))


@pytest.mark.parametrize(
    ("colour", "words"),
    [("mink grey", ("mink grey", "grey")), ("grey", ("grey", "gray")), ("lime", ("lime",)), ("", ("",))],
)
def test_a_shade_is_called_by_its_colour_too(colour: str, words: tuple[str, ...]) -> None:
    assert colour_words(colour) == words
