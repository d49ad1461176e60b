"""A head that a visitor trains on pictures of two classes of their own: its training, what it is worth, its archive."""
