"""What the maps of typed words learn from: what a gallery holds of each product, and what people may call it."""

from __future__ import annotations
