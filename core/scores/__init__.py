"""Scores that another retrieval model gave: read, checked, and ranked with any weights as those of our own tasks are.

The format stands in docs/scores.md. `files.py` is the one door for such files, `score_set.py` says what they must hold,
`ranking.py` makes the evidence of one query, `gallery.py` and `thumbnails.py` show the pictures that the scores are of.
"""

from core.scores.files import open_scores
from core.scores.score_set import ScoreSet

__all__ = ["ScoreSet", "open_scores"]
