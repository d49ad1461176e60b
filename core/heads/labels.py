"""The classes of report 2, for the heads that tell them apart and for all who name them; imports nothing heavy."""

from __future__ import annotations

LABELS = ("field", "road")
THREE = ("field", "road and field", "road")
"""With the class that report 2 proposes for pictures that show both."""
