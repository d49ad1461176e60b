"""Training recipes: one room for each set of weights, each run by `python -m core train TASK`."""

from core.registry import Registry

RECIPES = Registry(
    "task to train",
    {
        "joint": "core.training.joint.recipe:run",
        "captioner": "core.training.captioner.recipe:run",
        "sketch": "core.training.sketch.recipe:run",
        "field-road": "core.training.field_road.recipe:run",
        "street-to-shop": "core.training.garment.recipe:run",
        "garment-box": "core.training.garment_box.recipe:run",
        "composed": "core.training.compose.recipe:run",
    },
)
