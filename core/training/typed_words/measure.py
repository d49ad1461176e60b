"""What the recipe of typed words measures: are the first products of the kind and colour that the words name?"""

from __future__ import annotations

import numpy as np

from core.captioners.templates import with_articles
from core.datasets.typed_queries import LEAST, shares_right
from core.datasets.wordings import UNREAD_FORMS, Wordings, kind_words
from core.encoders.pocket import PocketJoint
from core.heads.typed_words import TypedWordsHead
from core.metrics import Estimate, bootstrap
from core.training.typed_words.data import Wares


def measured(head: TypedWordsHead, joint: PocketJoint, back: Wares, seed: int) -> dict[str, Estimate]:
    """Asks for each kind and colour that at least 3 kept-back products have, in a form that no training reads.

    Returns:
        The mean share of right products among the first min(12, number right), by the maps and by the joint space
        alone; nothing when there is no such kind and colour.
    """
    random = np.random.default_rng(seed)
    queries = [label for label in range(len(back.names)) if (back.labels == label).sum() >= LEAST]
    if not queries:
        return {}
    texts = [
        with_articles(Wordings(kind_words(kind), (colour,)).drawn(1, random, UNREAD_FORMS)[0])
        for kind, colour in (back.names[label] for label in queries)
    ]
    right = [back.labels == label for label in queries]
    sentences = joint.sentences(texts)
    by_maps = head.words(sentences) @ head.pictures(back.garment, back.joint).T
    by_joint = joint.project_sentences(sentences) @ back.joint.T
    return {
        name: bootstrap(shares_right(scores, right), texts, seed)
        for name, scores in (("share_right", by_maps), ("joint_space_share_right", by_joint))
    }
