"""Rebuild every shipped picture: python -m assets.make [shop] [street] [field_road] [sketches]."""

import argparse
import logging
import os

from assets.make.garments import make_shop
from assets.make.scenes import make_scenes
from assets.make.sketches import make_sketches
from assets.make.street import make_street

PARTS = ("sketches", "field_road", "street", "shop")


def main() -> None:
    """Read which parts to make (all, if none is named) and make them."""
    parser = argparse.ArgumentParser(prog="python -m assets.make", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=[], help=f"any of {', '.join(PARTS)}; all if none is named"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="processes to use")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - set(PARTS))
    if unknown:
        parser.error(f"no part named {', '.join(unknown)}; there are {', '.join(PARTS)}")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for part in arguments.parts or PARTS:
        logging.info("%s: drawing", part)
        logging.info("%s: %d pictures", part, _make(part, arguments.workers))


def _make(part: str, workers: int) -> int:
    """Make one part; returns its number of pictures."""
    if part == "sketches":
        return make_sketches()
    if part == "field_road":
        return make_scenes(workers)
    return make_street(workers) if part == "street" else make_shop(workers)


if __name__ == "__main__":
    main()
