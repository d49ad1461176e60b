"""The garment embedding of street-to-shop."""
