"""Which labels to look at again: pictures that models which never saw them give to another class, surely.

Confident learning (Northcutt, Jiang and Chuang 2021): what is sure is measured by each class's own pictures, so that a
hard class is not suspected as a whole and a model that is sure of everything suspects no more than a timid one.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def most_doubtful_first(
    probabilities: Float[np.ndarray, "n classes"], labels: Int[np.ndarray, " n"]
) -> Int[np.ndarray, " n"]:
    """Returns the rows in the order of the probability of their own label, the least first; ties keep their order.

    Args:
        probabilities: (n, classes) of each class, in [0, 1], by models that were trained without the row.
        labels: (n,) the class that each row is said to be of.
    """
    return np.argsort(probabilities[np.arange(len(labels)), labels], kind="stable")


def look_again(
    probabilities: Float[np.ndarray, "n classes"], labels: Int[np.ndarray, " n"]
) -> Int[np.ndarray, " suspects"]:
    """Returns the rows whose label is to be looked at again, the most doubtful first.

    A row is suspected when another class is named for it, with at least the mean probability of that class over the
    rows that are said to be of it.

    Args:
        probabilities: see `most_doubtful_first`.
        labels: likewise; no row is suspected to be of a class that no row is said to be of.
    """
    named, order = probabilities.argmax(axis=1), most_doubtful_first(probabilities, labels)
    usual = np.full(probabilities.shape[1], np.inf)
    for number in np.unique(labels):
        usual[number] = probabilities[labels == number, number].mean()
    suspected = (named != labels) & (probabilities[np.arange(len(labels)), named] >= usual[named])
    return np.asarray(order[suspected[order]])
