"""Folds and dialogs of the page: models, a head of one's own, several pictures at once, a talk, a code for phones."""
