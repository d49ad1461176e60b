"""The endpoint `/how_bright`."""

from __future__ import annotations

from typing import Any

from core.tasks.brightness import BrightnessTask, answer

from demo.doors import asked_picture
from demo.endpoints.fields import picture_field, publish
from demo.services import Services


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def how_bright(picture: Any) -> dict[str, Any]:
        """Tells how light a picture is.

        Args:
            picture: any.

        Returns:
            models, lightness in [0, 1], and bright.
        """
        task: BrightnessTask = services.task("brightness")
        return answer(task.evidence(asked_picture(picture))).to_json()

    publish(how_bright, [picture_field()])
