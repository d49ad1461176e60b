"""The field-or-road head, and the head that a visitor trains on pictures of their own."""
