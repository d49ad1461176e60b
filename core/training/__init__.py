"""Training recipes: one file for each set of weights, each run by `python -m core train TASK`."""

from core.registry import Registry

RECIPES = Registry(
    "task to train",
    {
        "joint": "core.training.joint:run",
        "captioner": "core.training.captioner:run",
        "sketch": "core.training.sketch:run",
        "field-road": "core.training.field_road:run",
        "street-to-shop": "core.training.garment:run",
        "garment-box": "core.training.garment_boxes:run",
        "composed": "core.training.combiner:run",
    },
)
