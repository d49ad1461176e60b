"""The box head of street-to-shop."""
