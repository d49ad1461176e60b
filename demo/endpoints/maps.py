"""The endpoint `/map_gallery`: where the pictures of the gallery lie on its map."""

from __future__ import annotations

from typing import Any

from core.errors import ArtifactError, InputError
from core.index.qdrant_gallery import AnyGallery as Gallery
from demo.answers.live import MOST_CANDIDATES, missing_map
from demo.endpoints.fields import publish, words_field
from demo.services import Services

TASK_OF = {"garment": "street_to_shop", "words": "street_to_shop", "joint": "compose"}
"""Which task compares the vectors of each map."""


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def map_gallery(of: Any) -> dict[str, Any]:
        """Tells where the pictures of the gallery lie on its map, where pictures with similar vectors are near.

        Args:
            of: what makes pictures neighbours: garment or words (as Street to shop compares them), or joint (as
                Compose does).

        Returns:
            profile, models, of; method and seed of the map; kept, in [0, 1], the share of ten nearest pictures by the
            vectors that are among the ten nearest on the map; count, of the gallery's pictures; and pictures: item,
            file, x and y, in [-1, 1], of all, or of more than 20,000 of every so-manyth.
        """
        if not isinstance(of, str) or of not in TASK_OF:
            raise InputError(f"There is no such map; choose one of {', '.join(TASK_OF)}.")
        gallery: Gallery = services.task(TASK_OF[of]).gallery
        if of not in gallery.maps:
            raise ArtifactError(missing_map(gallery))
        chart = gallery.maps[of]
        head = {"profile": services.profile, "models": dict(gallery.models), "of": of, **chart.about()}
        shown = slice(None, None, -(-len(gallery) // MOST_CANDIDATES))
        places = zip(gallery.items[shown], chart.places[shown].tolist(), strict=True)
        pictures = [{"item": item.id, "file": item.file, "x": x, "y": y} for item, (x, y) in places]
        return head | {"count": len(gallery), "pictures": pictures}

    publish(map_gallery, [words_field("of")])
