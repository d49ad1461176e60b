"""Line drawings over classes of the Sketchy set, each stroke ours, in a clean, a shaky, a sparse and a dense hand."""

from pathlib import Path

from assets.make.drawings_animals import ANIMALS
from assets.make.drawings_indoors import INDOORS
from assets.make.drawings_outdoors import OUTDOORS
from assets.make.drawings_plants import PLANTS
from assets.make.drawings_small_animals import SMALL_ANIMALS
from assets.make.files import ASSETS, clear, save_table, save_webp
from assets.make.noise import generator
from assets.make.strokes import HANDS, drawn

DRAWINGS = INDOORS | OUTDOORS | ANIMALS | SMALL_ANIMALS | PLANTS
FOLDER = ASSETS / "examples" / "sketches"


def make_sketches(folder: Path = FOLDER) -> int:
    """Draw every label in every hand, with the table; returns the number of pictures."""
    rows = []
    for label, drawing in sorted(DRAWINGS.items()):
        for name, hand in HANDS.items():
            file = f"{label}-{name}.webp"
            picture = drawn(drawing(), hand, generator("sketch", label, name))
            save_webp(picture, folder / file, 90)
            rows.append({"file": file, "label": label, "hand": name})
    clear(folder, [row["file"] for row in rows])
    save_table(rows, folder / "labels.csv")
    return len(rows)
