"""Models of the paper profile: pinned on the Hugging Face Hub, found in its cache, fetched only when asked.

`core.hub.fetch` and `core.hub.jobs` are imported by those who fetch, since they load huggingface_hub; all that is
named here answers at once and never asks the network.
"""

from core.hub.cache import hub_cache, is_cached, local_folder, missing
from core.hub.choice import Choice, chosen, command_for, pins_of
from core.hub.pins import PINS, Pin

__all__ = [
    "PINS",
    "Choice",
    "chosen",
    "Pin",
    "command_for",
    "hub_cache",
    "is_cached",
    "local_folder",
    "missing",
    "pins_of",
]
