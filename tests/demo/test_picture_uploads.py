"""What was uploaded reaches our own door, whatever its name ends in."""

from __future__ import annotations

import gradio as gr
from gradio.data_classes import FileData, ListFiles

from demo.widgets.picture import picture_button, picture_files


def test_a_picture_without_an_ending_is_not_refused_by_its_name() -> None:
    with gr.Blocks():
        button, files = picture_button("one"), picture_files("many")
    sent = FileData(path="uploads/photo")
    assert button.preprocess(sent) == "uploads/photo" and button.preprocess(None) is None
    assert files.preprocess(ListFiles(root=[sent, sent])) == ["uploads/photo"] * 2
    assert files.preprocess(None) is None
