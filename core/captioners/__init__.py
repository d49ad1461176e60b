"""Models that write a sentence about a picture."""

from core.registry import Registry

CAPTIONERS = Registry("captioner", {"slots": "core.captioners.slots:load_captioners"})
