"""What every test lives under: shapes checked at run time, the network closed, and no silent skips in CI."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import shapes
from tests.guard import close_network

ROOT = Path(__file__).resolve().parent.parent

# Every array that crosses a function of `core` has its shape and type checked while tests run. That works for modules
# that are not imported yet, so it must stand here, at the head of everything.
shapes.install()

close_network()
pytest.register_assert_rewrite("tests.faults.asking", "tests.faults.serving", "tests.running")

# Nobody's settings or caches may colour a test, nor a test them.
for variable in ("PROFILE", "GALLERY", "INDEX", "RUNTIME", "SCORES", "TALK"):
    os.environ.pop(f"BLENDSCOPE_{variable}", None)
SCRATCH = tempfile.TemporaryDirectory(prefix="blendscope-tests-")
os.environ["BLENDSCOPE_CACHE"] = str(Path(SCRATCH.name) / "cache")
os.environ["GRADIO_TEMP_DIR"] = UPLOADS = str(Path(SCRATCH.name) / "gradio")
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Read when torch is loaded, as by the app: threads that spin while they wait take the cores from the other tests.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Processes that share the tests share the cores, too, and hand their share on to the apps that they start.
if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    os.environ.setdefault("OMP_NUM_THREADS", str(max((os.cpu_count() or 1) // int(workers), 1)))

# A busy machine is no fault of the code; on the build server the same cases are tried every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

from core.settings import data_folder as find_data  # noqa: E402  (after the hook and the clean environment)
from tests.hub_server import HubServer  # noqa: E402
from tests.running import RunningApp  # noqa: E402

RAN: Counter[str] = Counter()
MUST_RUN = pytest.StashKey[tuple[str, ...]]()


def chromium() -> Path | None:
    """Returns the Chromium that browser tests drive, None when there is none."""
    program = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
    return program if os.access(program, os.X_OK) else None


def missing(marker: str) -> str | None:
    """Returns why tests with this marker cannot run here, None when they can."""
    if marker == "browser" and chromium() is None:
        return "no Chromium at $CHROMIUM or /usr/bin/chromium"
    if marker == "data" and find_data() is None:
        return "BLENDSCOPE_DATA names no folder of real pictures"
    return None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--must-run", default="", help="markers whose tests must not skip, such as browser,data")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MUST_RUN] = tuple(filter(None, config.getoption("--must-run").split(",")))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    os.environ["GRADIO_TEMP_DIR"] = UPLOADS  # a test that starts the app in this process names another


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in ("browser", "data"):
            reason = missing(marker) if item.get_closest_marker(marker) else None
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))
    # Long files first: begun last, one would keep its process busy while the others have nothing left to do.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: (item.path not in slow, item.path not in browser))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns a skip into a failure where the command line says that these tests must run."""
    report = yield
    for marker in item.config.stash[MUST_RUN]:
        if item.get_closest_marker(marker) is None:
            continue
        if report.skipped and not hasattr(report, "wasxfail"):
            report.outcome = "failed"
            report.longrepr = (
                f"tests marked {marker!r} must run here, but this one skipped: {report.longrepr}"
            )
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Counts what ran, in whichever process it did."""
    if report.when == "call" and not report.skipped:
        RAN.update(report.keywords)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    never = [marker for marker in session.config.stash[MUST_RUN] if not RAN[marker]]
    if never and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\nno test ran that is marked {', '.join(never)}, though it must")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real pictures; the test skips where there is none."""
    folder = find_data()
    if folder is None:
        pytest.skip(missing("data") or "")
    return folder


@pytest.fixture
def hub_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A Hub on this machine that serves what a test adds to it, with an empty cache of its own for the client."""
    from huggingface_hub import constants

    # What this process says of itself, and to whom, is settled when huggingface_hub is imported.
    for variable in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_IMPLICIT_TOKEN"):
        monkeypatch.setattr(constants, variable, True)
    for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "own"))
    with HubServer(tmp_path / "hub") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.setenv("HF_HUB_CACHE", str(server.cache))
        yield server


@pytest.fixture(scope="session")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app as people start it, on a free port, shared by all tests that only ask it questions."""
    with RunningApp(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture(scope="session")
def page_endpoints(running_app: RunningApp) -> dict[str, list[str]]:
    """Public endpoint -> the names of its inputs in order, as the running page describes itself."""
    described = running_app.http.get("/gradio_api/info").raise_for_status().json()["named_endpoints"]
    return {
        name: [parameter["parameter_name"] for parameter in endpoint["parameters"]]
        for name, endpoint in described.items()
    }
