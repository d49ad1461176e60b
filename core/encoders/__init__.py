"""Models that turn pictures and words into vectors: one family a file, one contract in `base`."""

from core.registry import Registry

ENCODERS = Registry("encoder", {"pocket": "core.encoders.pocket:PocketJoint"})
