"""Small trained networks on frozen features, each read from its artefact."""

from core.registry import Registry

HEADS = Registry(
    "head",
    {
        "sketch": "core.heads.fusion:FusionHead",
        "field_road": "core.heads.field_road:FieldRoadHead",
        "garment_box": "core.heads.garment_box:GarmentBoxHead",
        "garment": "core.heads.garment:GarmentHead",
        "typed_words": "core.heads.typed_words:TypedWordsHead",
        "combiner": "core.heads.combiner:CombinerHead",
    },
)
