"""A talk as one page that needs no server: every view is answered before, and the page's own scripts go on with it."""

from demo.deck.page import answered_talk, deck_page, titled

__all__ = ["answered_talk", "deck_page", "titled"]
