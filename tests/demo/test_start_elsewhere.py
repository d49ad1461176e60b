"""A start where much is against it: IPv6, a dead proxy, variables that would open or leave this machine, no home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import pictures
from tests.running import ROOT, RunningApp

AGAINST = {
    "HOME": "/proc/nobody",
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "socks5://127.0.0.1:9",
    "no_proxy": "",
    "NO_PROXY": "",
    "GRADIO_ALLOWED_PATHS": f"/etc,{ROOT}",
    "GRADIO_DEBUG": "1",
    "GRADIO_NUM_WORKERS": "1",
    "GRADIO_ROOT_PATH": "/lab/blend",
    "GRADIO_SHARE": "True",
}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with RunningApp(tmp_path_factory.mktemp("elsewhere"), host="::1", environment=AGAINST) as app:
        yield app


@pytest.mark.slow
def test_the_page_stands_and_keeps_to_itself(elsewhere: RunningApp) -> None:
    assert f"Blendscope is at http://[::1]:{elsewhere.port}/" in elsewhere.output()
    assert Path(elsewhere.upload(pictures.saved(pictures.sketch()))["path"]).is_file()
    for way in ("/gradio_api/info", "/lab/blend/gradio_api/info"):
        assert elsewhere.http.get(way).status_code == 200
    for file in ("/etc/passwd", ROOT / "app.py"):
        assert elsewhere.http.get(f"/gradio_api/file={file}").status_code == 403
    output = elsewhere.output()
    assert not [word for word in ("Traceback", "share link", "public URL", "worker") if word in output], (
        output
    )
