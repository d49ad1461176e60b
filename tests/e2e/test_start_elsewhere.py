"""A start where much is against it: IPv6, a dead proxy, variables that would open or leave this machine, no home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import PROJECTOR, TABS, go_to, watched_page
from tests.e2e.test_anywhere import count_pictures
from tests.faults import pictures
from tests.proxies import Proxy
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


@pytest.mark.browser
@pytest.mark.weights
@pytest.mark.slow
def test_behind_a_proxy_that_leaves_its_prefix_on(browser: Browser, elsewhere: RunningApp) -> None:
    with Proxy("/lab/blend", elsewhere.port, host="::1", strips=False) as proxy:
        page, watched = watched_page(browser, PROJECTOR)
        page.goto(proxy.url)
        shown = {tab: count_pictures(go_to(page, tab)) for tab in TABS}
        page.context.close()
    assert not proxy.refused and not watched.troubles
    assert watched.servers <= {urlsplit(proxy.url).netloc, ""}
    assert shown["Street to shop"] > 12 and shown["Compose"] > 24, shown
