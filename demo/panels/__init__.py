"""Folds of the page: models to fetch, a head of one's own to train, several pictures at once."""
