"""Models that write a sentence about a picture."""

from core.registry import Registry

CAPTIONERS = Registry(
    "captioner",
    {
        "slots": "core.captioners.slots:load_captioners",
        "blip": "core.captioners.blip:BlipCaptioner",
        "blip2": "core.captioners.blip2:Blip2Captioner",
        "interview": "core.captioners.interview:Interview",
    },
)
