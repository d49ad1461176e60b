"""The sketch heads: the tuned tower, f, g, and the blend of the two."""
