"""A talk as one page that needs no server: every view is answered before, and the page's own scripts go on with it."""

from demo.deck.page import deck_page

__all__ = ["deck_page"]
