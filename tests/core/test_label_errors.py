"""Labels to look at again: a flipped label is found, a hard class is not suspected, an empty one suspects nobody."""

from __future__ import annotations

import numpy as np

from core.label_errors import look_again, most_doubtful_first


def two(second: list[float]) -> np.ndarray:
    """Returns the probabilities of two classes from those of the second."""
    return np.stack([1 - np.array(second), np.array(second)], axis=1)


def test_what_is_least_sure_of_its_own_label_comes_first_and_ties_keep_their_order() -> None:
    order = most_doubtful_first(two([0.2, 0.9, 0.9, 0.4]), np.array([0, 1, 0, 1]))
    assert order.tolist() == [2, 3, 0, 1]
    assert most_doubtful_first(two([0.5] * 4), np.array([1, 0, 1, 0])).tolist() == [0, 1, 2, 3]


def test_flipped_labels_are_found_in_any_of_several_classes() -> None:
    draw = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), 25)
    logits = draw.normal(size=(100, 4)) + 6 * np.eye(4)[truth]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = truth.copy()
    flipped = [3, 40, 77]
    labels[flipped] = (truth[flipped] + 1) % 4
    suspects = look_again(probabilities, labels).tolist()
    assert set(flipped) <= set(suspects) and len(suspects) <= 5, "chance mistakes are seldom so sure"
    assert suspects == [row for row in most_doubtful_first(probabilities, labels) if row in suspects]
    assert not len(look_again(probabilities[truth == 1], np.ones(25, dtype=int)))


def test_a_class_that_is_never_sure_is_not_suspected_as_a_whole() -> None:
    # The pictures of the first are all found in the second, but less surely than the second's own.
    assert not len(look_again(two([0.6, 0.6, 0.6, 0.9, 0.95, 0.85]), np.array([0, 0, 0, 1, 1, 1])))
    assert look_again(two([0.6, 0.92, 0.6, 0.9, 0.95, 0.85]), np.array([0, 0, 0, 1, 1, 1])).tolist() == [1]
