"""Folds of the page with events of their own: the models to fetch, and a head of one's own to train."""
