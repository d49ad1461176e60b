"""Where the combiner learns and is asked: catalogues and photos, read and encoded in the joint space."""

from __future__ import annotations

from pathlib import Path

from core.datasets.captions import CAPTIONS, read_captions
from core.datasets.catalogues import CATALOGUES
from core.datasets.changes import Product
from core.datasets.colour_changes import ColouredGarment
from core.datasets.packs import find_packs, require_pack
from core.datasets.photo_changes import NEIGHBOURS
from core.datasets.shelves import AttributeShelf, ColourShelf, PhotoShelf, Shelf
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.features.store import FeatureStore
from core.training.shared.catalogues import EncodedCatalogue

PHOTOS, PHOTO_PACKS = "photos", ("flickr8k", "coco_captions")


def read_shelves(data: Path, joint: PocketJoint, store: FeatureStore) -> tuple[list[Shelf], list[str]]:
    """Reads the packs and encodes their pictures; returns them with the names of the packs.

    Args:
        data: a folder of packs, `fashion_products_224` among them.
        joint: the encoder.
        store: keeps the features of the towers, which do not depend on the projections.

    Raises:
        DataError: no catalogue, or a picture cannot be read.
    """
    require_pack(data, next(iter(CATALOGUES)))
    packs, shelves = find_packs(data, CATALOGUES), list[Shelf]()
    for pack in packs:
        whole = EncodedCatalogue.read(pack, joint, store)
        by_attributes = "articleType" in whole.rows[0].columns
        kind, make = (AttributeShelf, Product) if by_attributes else (ColourShelf, ColouredGarment)
        paths, about = zip(*((row.path, make.of(row.columns)) for row in whole.rows), strict=True)
        rows = joint.project_pictures(whole.pooled)
        shelves.append(kind(pack.name, rows, whole.groups, tuple(whole.digests), paths, about))
    albums = find_packs(data, PHOTO_PACKS, CAPTIONS)
    photos = [photo for pack in albums for photo in read_captions(pack)]
    if len(photos) <= NEIGHBOURS:
        return shelves, [pack.name for pack in packs]
    columns = ((photo.file, photo.path, photo.captions) for photo in photos)
    names, paths, captions = zip(*columns, strict=True)
    features, digests = store.rows(f"pooled {TOWERS_ID}", paths, joint.pooled)
    rows = joint.project_pictures(features)
    shelves.append(PhotoShelf(PHOTOS, rows, names, tuple(digests), paths, captions))
    return shelves, [pack.name for pack in (*packs, *albums)]
