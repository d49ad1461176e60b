"""Readers of the layouts that Blendscope trains on and measures: lists of names and columns, no decoding."""

from core.registry import Registry

# The first four are layouts for anybody's pictures; the others are public sets, each with its SOURCE.
DATASETS = Registry(
    "data set",
    {
        "folder": "core.datasets.folder:read_folder",
        "pairs": "core.datasets.pairs:read_pairs",
        "triplets": "core.datasets.triplets:read_triplets",
        "captions": "core.datasets.captions:read_captions",
        "imagenet-sketch": "core.datasets.imagenet_sketch:read_imagenet_sketch",
        "sketch-embeddings": "core.datasets.sketch_embeddings:read_sketch_embeddings",
        "deepfashion2": "core.datasets.deepfashion2:read_deepfashion2",
        "cirr": "core.datasets.cirr:read_cirr",
        "fashion-iq": "core.datasets.fashion_iq:read_fashion_iq",
    },
)
