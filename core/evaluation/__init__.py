"""Measuring on pictures of one's own: one task a file, each from a data folder to a report with intervals."""

from core.registry import Registry

EVALUATIONS = Registry(
    "task to evaluate",
    {
        "joint": "core.evaluation.joint:evaluate",
        "sketch": "core.evaluation.sketch:evaluate",
        "field-road": "core.evaluation.field_road:evaluate",
        "street-to-shop": "core.evaluation.street_to_shop:evaluate",
        "composed": "core.evaluation.composed:evaluate",
        "labels": "core.evaluation.labels:evaluate",
    },
)
