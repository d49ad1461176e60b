"""Rebuild every shipped picture and query: python -m assets.make [PART ...], all parts if none is named."""

import argparse
import logging
import os
from collections.abc import Callable

from assets.make import versions
from assets.make.garment_queries import make_queries
from assets.make.garments import make_shop
from assets.make.scenes import make_scenes
from assets.make.sketches import make_sketches
from assets.make.street import make_street
from assets.make.toy_queries import make_toys

MAKE: dict[str, Callable[[int], int]] = {
    "sketches": lambda workers: make_sketches(),
    "field_road": make_scenes,
    "toys": make_toys,
    "street": make_street,
    "shop": make_shop,
    "queries": lambda workers: make_queries(),
}


def main() -> None:
    """Read which parts to make (all, if none is named) and make them."""
    parser = argparse.ArgumentParser(prog="python -m assets.make", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=[], help=f"any of {', '.join(MAKE)}; all if none is named"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="processes to use")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - set(MAKE))
    if unknown:
        parser.error(f"no part named {', '.join(unknown)}; there are {', '.join(MAKE)}")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for sentence in versions.differences(versions.tools(), versions.shipped()):
        logging.warning("%s", sentence)
    for part in arguments.parts or MAKE:
        logging.info("%s: begun", part)
        logging.info("%s: %d made", part, MAKE[part](arguments.workers))


if __name__ == "__main__":
    main()
