"""Starts Blendscope, on a laptop and on Hugging Face Spaces: settings, page, launch, then the models.

    python app.py [--gallery DIR_OR_BUNDLE] [--profile pocket]

Host and port are gradio's: GRADIO_SERVER_NAME and GRADIO_SERVER_PORT.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import BlendscopeError, SettingsError
from core.settings import Settings

if TYPE_CHECKING:
    import gradio as gr

WHOLE_NUMBERS = ("GRADIO_SERVER_PORT", "GRADIO_NUM_PORTS")
BAD_START = 2
PATIENCE = 2.0
"""Seconds for which the models wait for a browser that is already asking for the page."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the app until it is interrupted.

    Args:
        arguments: of the command line; None for those of this process.

    Returns:
        The exit status: 0 after an interruption, 2 when it could not start.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Read when torch is loaded: threads that spin while they wait take the cores from the page.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        settings = _settings(arguments)
        _check_port()
        _check_gallery(settings)
        run(settings)
    except BlendscopeError as error:
        sys.stderr.write(f"Blendscope cannot start: {error}\n")
        return BAD_START
    except OSError as error:
        sys.stderr.write(f"Blendscope cannot start: {str(error).splitlines()[0]}\n")
        return BAD_START
    return 0


def run(settings: Settings) -> None:
    """Builds the page, serves it, prints its address, and loads the models in the background."""
    from demo.page import build, launch_options
    from demo.services import Services

    global demo
    services = Services(settings)
    demo = build(services)
    _, address, _ = demo.launch(prevent_thread_lock=True, **launch_options())
    sys.stdout.write(f"Blendscope is at {address}\n")
    sys.stdout.flush()
    services.start_warming(PATIENCE)
    demo.block_thread()


def _settings(arguments: Sequence[str] | None) -> Settings:
    parser = argparse.ArgumentParser(
        prog="app.py", description="How much does the picture decide, and how much do the words?"
    )
    parser.add_argument("--gallery", help="a gallery, or a folder of pictures to make one from")
    parser.add_argument("--profile", help="the set of models that answers")
    chosen = parser.parse_args(arguments)
    return Settings.from_environment(gallery=chosen.gallery, profile=chosen.profile)


def _check_port() -> None:
    """Refuses a port that was asked for but is taken, before anything slow happens.

    Raises:
        SettingsError: the port is taken, or the environment names no port.
    """
    for name in WHOLE_NUMBERS:
        if not os.environ.get(name, "0").isdigit():
            raise SettingsError(f"{name} is {os.environ[name]!r}; give a whole number such as 7860.")
    port = int(os.environ.get("GRADIO_SERVER_PORT", "0"))
    if not port:
        return
    os.environ.setdefault("GRADIO_NUM_PORTS", "1")
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except (OSError, OverflowError):
            raise SettingsError(
                f"The port {port} of {host} cannot be used; choose another GRADIO_SERVER_PORT."
            ) from None


def _check_gallery(settings: Settings) -> None:
    """Opens the chosen gallery once before anything slow happens, when it is one already.

    Raises:
        ArtifactError: it is damaged.
    """
    if settings.gallery is not None and (settings.gallery / "manifest.json").is_file():
        from core.index.bundle import open_bundle

        open_bundle(settings.gallery)


def __getattr__(name: str) -> Any:
    """Builds the page for those who import this module and ask for `demo`, as gradio's own tools do."""
    if name != "demo":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from demo.page import build
    from demo.services import Services

    global demo
    demo = build(Services(Settings.from_environment()))
    return demo


if TYPE_CHECKING:
    demo: gr.Blocks

if __name__ == "__main__":
    sys.exit(main())
