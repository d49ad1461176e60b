"""The only door for pictures: bytes of any origin become an upright RGB picture on white, or one sentence.

`files` looks at a file's blocks, `decoding` decodes it, `door` opens it whole or in part, `boxes` cuts, `pixels` mends,
pads, shrinks and encodes, `paper` reads a photographed drawing, `strokes` takes a drawing apart.
"""

from core.images.boxes import parse_box
from core.images.door import open_parts, open_picture, picture_bytes
from core.images.paper import as_drawing
from core.images.pixels import (
    encode_jpeg,
    encode_png,
    fitted,
    ink,
    is_blank,
    on_sheet,
    scaled,
    square,
    thumbnail,
)

__all__ = [
    "as_drawing",
    "encode_jpeg",
    "encode_png",
    "fitted",
    "ink",
    "is_blank",
    "on_sheet",
    "open_parts",
    "open_picture",
    "parse_box",
    "picture_bytes",
    "scaled",
    "square",
    "thumbnail",
]
