"""Tables as people save them: titles of a gallery and rows of a data set come from one reader, by one set of rules."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.folder import read_folder
from core.datasets.pairs import read_pairs
from core.errors import DataError
from core.index.build import build_gallery
from core.index.reader import read_titles
from core.tables import file_key, read_table
from tests.core.gallery_fakes import FakeEncoders, draw, opened

SHIRT = {"a.jpg": "Blue shirt", "sub/b.jpg": "Red dress"}
PLAIN = "file,title\na.jpg,Blue shirt\nsub/b.jpg,Red dress\n"
EUROPEAN = PLAIN.replace(",", ";")
ACCENT = unicodedata.normalize("NFD", "é.jpg")

READ: dict[str, tuple[str | bytes, dict[str, str]]] = {
    "commas": (PLAIN, SHIRT),
    "a space after the comma": (PLAIN.replace(",", ", "), SHIRT),
    "spaces around the comma": (PLAIN.replace(",", " , "), SHIRT),
    "quotes after a space": ('file, title\na.jpg, "Blue, large"\n', {"a.jpg": "Blue, large"}),
    "semicolons": (EUROPEAN, SHIRT),
    "tabs": (PLAIN.replace(",", "\t"), SHIRT),
    "bars": (PLAIN.replace(",", "|"), SHIRT),
    "a line that names the separator": (f"sep=;\r\n{EUROPEAN}", SHIRT),
    "commas in cells between semicolons": ("file;title\na.jpg;Blue, large\n", {"a.jpg": "Blue, large"}),
    "a mark at the start": (b"\xef\xbb\xbf" + PLAIN.encode(), SHIRT),
    "a mark, and semicolons": (b"\xef\xbb\xbf" + EUROPEAN.encode(), SHIRT),
    "Unicode text of a spreadsheet": (PLAIN.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"), SHIRT),
    "line ends of Windows": (PLAIN.replace("\n", "\r\n"), SHIRT),
    "line ends of old computers": (PLAIN.replace("\n", "\r"), SHIRT),
    "no end of the last line": (PLAIN.rstrip(), SHIRT),
    "everything in quotes": ('"file","title"\n"a.jpg","Blue ""new"" shirt"\n', {"a.jpg": 'Blue "new" shirt'}),
    "blank lines and empty rows": (f"\n{PLAIN.replace('shirt', 'shirt' + chr(10) * 2 + ',,')}\n,\n", SHIRT),
    "empty columns at the end": ("file,title,,\na.jpg,Blue shirt,,,,\n", {"a.jpg": "Blue shirt"}),
    "a column without a name": (",file,title\n0,a.jpg,Blue shirt\n", {"a.jpg": "Blue shirt"}),
    "backslashes": (PLAIN.replace("/", "\\"), SHIRT),
    "a dot before the name": (PLAIN.replace("a.jpg", "./a.jpg"), SHIRT),
    "spaces around a name": ('file,title\n" a.jpg ",Blue shirt\n', {"a.jpg": "Blue shirt"}),
    "capitals in the header": (PLAIN.replace("file,title", "File,TITLE"), SHIRT),
    "another name for the file": (PLAIN.replace("file,", "file_name,"), SHIRT),
    "a name of two words": (PLAIN.replace("file,", "File name,"), SHIRT),
    "a short row": ("file,title,group\na.jpg,Blue shirt\n", {"a.jpg": "Blue shirt"}),
    "a row that stands twice": (f"{PLAIN}a.jpg,Blue shirt\n./a.jpg,Blue shirt\n", SHIRT),
    "accents in two signs": (f"file,title\n{ACCENT},Blue shirt\n", {"é.jpg": "Blue shirt"}),
}
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "two titles for a file": (
        f"{PLAIN}a.jpg,Green\n",
        "'a.jpg' stands in items.csv as 'Blue shirt' and as 'Green'",
    ),
    "two titles for a file written in two ways": (
        f"{PLAIN}.\\a.jpg,Green\n",
        "'a.jpg' stands in items.csv as",
    ),
    "a quotation mark that stays open": ('file,title\na.jpg,"Blue\nb.jpg,Red\n', "cannot be read as a table"),
    "a comma too many": (
        "file,title\na.jpg,Blue, large\n",
        "Line 2 of items.csv has 3 cells, but the header has 2",
    ),
    "a row without a file": (f"{PLAIN},Green\n", "Line 4 of items.csv has nothing in the column 'file'"),
    "no header": ("a.jpg,Blue shirt\n", "no column 'file'; its columns are a.jpg, Blue shirt"),
    "no file column": ("picture;title\na.jpg;Blue\n", "no column 'file'; its columns are picture, title"),
    "two columns of one name": ("file,title,Title\na.jpg,Blue,Red\n", "two columns called 'title'"),
    "a header alone": ("file,title\n", "has a header but no rows"),
    "nothing": ("\n \n", "is empty"),
    "another encoding": (PLAIN.replace("Blue", "Bläue").encode("cp1252"), "not UTF-8 text; save it as UTF-8"),
    "wide characters without a mark": (PLAIN.encode("utf-16-le"), "not UTF-8 text; save it as UTF-8"),
    "a spreadsheet itself": (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "not UTF-8 text; save it as UTF-8"),
    "an endless cell": (f"file,title\na.jpg,{'x' * 200_000}\n", "cannot be read as a table"),
    "an endless header": (f"file,{'x' * 200_000}\na.jpg,b\n", "cannot be read as a table"),
}


def table(folder: Path, content: str | bytes) -> Path:
    """Writes a table where both readers look for it."""
    data = content if isinstance(content, bytes) else content.encode()
    for name in ("items.csv", "labels.csv"):
        (folder / name).write_bytes(data)
    return folder


def refusal(folder: Path, read: object) -> str:
    assert callable(read)
    with pytest.raises(DataError) as error:
        read(folder)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".") and not text.endswith("..") and str(folder) not in text
    return text.replace("labels.csv", "items.csv")


@pytest.mark.parametrize("form", list(READ))
def test_both_readers_read_the_same_table_rightly(tmp_path: Path, form: str) -> None:
    content, titles = READ[form]
    table(tmp_path, content)
    descriptions = read_titles(tmp_path)
    assert {file: description.title for file, description in descriptions.rows.items()} == titles
    assert {row.file: row.label for row in read_folder(tmp_path, "title")} == titles
    assert (
        descriptions.describe("sub\\b.jpg")
        == descriptions.describe("./sub/b.jpg")
        == descriptions.describe("sub/b.jpg")
    )


@pytest.mark.parametrize("form", list(REFUSED))
def test_both_readers_refuse_it_with_the_same_sentence(tmp_path: Path, form: str) -> None:
    content, says = REFUSED[form]
    table(tmp_path, content)
    assert says in refusal(tmp_path, read_titles)
    assert says in refusal(tmp_path, lambda folder: read_folder(folder, "title"))


def test_columns_are_found_however_they_are_written_and_listed_as_they_are(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, "File;Photo ID;baseColour\na.jpg;7;red\n") / "items.csv", ("file",))
    assert list(row.columns) == ["File", "Photo ID", "baseColour"] and len(row.columns) == 3
    assert (row.columns["file"], row.columns["photo_id"], row.columns["BASECOLOUR"]) == ("a.jpg", "7", "red")
    assert "label" not in row.columns and row.columns.get("label") is None
    with pytest.raises(DataError, match="no column 'kind'; its columns are File, Photo ID, baseColour"):
        read_folder(tmp_path, "kind")


def test_the_usual_name_of_a_column_wins_over_another(tmp_path: Path) -> None:
    table(tmp_path, "filename,file,title\nold.jpg,a.jpg,Blue\n")
    assert dict(read_titles(tmp_path).rows).keys() == {"a.jpg"}


def test_a_gallery_takes_its_titles_however_files_and_table_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for file in ("a.png", "sub/b.png", unicodedata.normalize("NFD", "é.png")):
        draw(folder / file, seed=len(file))
    lines = ["sep=;", "File Name;Title", ".\\a.png;One", "sub\\b.png;Two", "é.png;Three", "", "c.png;Four"]
    (folder / "Items.CSV").write_bytes("\r\n".join([*lines, ".d.png;Five"]).encode("utf-16"))
    report = build_gallery(folder, tmp_path / "shop", encoders=FakeEncoders())
    assert sorted(item.title for item in opened(tmp_path / "shop").items) == ["One", "Three", "Two"]
    assert report.sentences() == [
        "3 titles come from Items.CSV.",
        "2 rows of Items.CSV fit no picture of the gallery: c.png, .d.png.",
    ]


def test_a_table_without_titles_says_where_they_are_looked_for(tmp_path: Path) -> None:
    draw(tmp_path / "pictures" / "a.png")
    (tmp_path / "pictures" / "items.csv").write_text("File;Label\na.png;One\n")
    report = build_gallery(tmp_path / "pictures", tmp_path / "shop", encoders=FakeEncoders())
    assert report.sentences() == ["0 titles come from items.csv; they are read from its column “title”."]


def test_a_table_of_which_no_row_fits_is_said_to_whoever_starts_the_app(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    draw(tmp_path / "pictures" / "a.png")
    (tmp_path / "pictures" / "items.csv").write_text("file,title\nA.png,One\npictures/a.png,Two\n")
    build_gallery(tmp_path / "pictures", tmp_path / "shop", encoders=FakeEncoders())
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "2 rows of items.csv fit no picture of the gallery: A.png, pictures/a.png." in warning.getMessage()


def test_accents_in_either_form_lead_to_the_file_that_is_there(tmp_path: Path) -> None:
    for form, other in (("NFC", "NFD"), ("NFD", "NFC")):
        name = f"é {form}.png"
        draw(tmp_path / unicodedata.normalize(form, name))
        written = unicodedata.normalize(other, name)
        (row,) = read_folder(table(tmp_path, f"file,label\n{written},cat\n"))
        assert row.path.is_file() and row.file == unicodedata.normalize("NFC", name)
        table(tmp_path, f"item_id,worn_photo,product_photo\n1,{written},.\\{written}\n2,gé.png,b.png\n")
        first, second = read_pairs(tmp_path)
        assert first.worn == first.product == row.path and first.product_file == row.file
        assert second.worn == tmp_path / "gé.png"


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_a_name_compared_is_compared_once(name: str) -> None:
    assert file_key(file_key(name)) == file_key(name)
    if not name.startswith(("/", "\\")):
        assert file_key(f".\\{name}") == file_key(name)
