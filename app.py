"""Starts Blendscope, on a laptop and on Hugging Face Spaces: settings, page, launch, then the models.

    python app.py [--gallery DIR_OR_BUNDLE_OR_QDRANT] [--profile pocket] [--scores FILE_OR_DIR] [--talk FILE]

Host and port are gradio's: GRADIO_SERVER_NAME and GRADIO_SERVER_PORT.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import BlendscopeError, SettingsError
from core.installation import check_installed, check_packages
from core.qdrant_place import QdrantPlace
from core.settings import Settings, refusal

if TYPE_CHECKING:
    import gradio as gr

    from core.index.qdrant_gallery import AnyGallery
    from core.scores import ScoreSet
    from core.talk import Talk

log = logging.getLogger(__name__)
BAD_START = 2
INTERRUPTED = 130
PATIENCE = 2.0
"""Seconds for which the models wait for a browser that is already asking for the page."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the app until it is interrupted.

    Args:
        arguments: of the command line; None for those of this process.

    Returns:
        The exit status: 0 after an interruption of the page, 130 of its start, 2 when it could not start.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Read when torch is loaded: threads that spin while they wait take the cores from the page.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        check_packages()
        from demo.start import bound_arenas

        bound_arenas()
        settings = _settings(arguments)
        _check_models(settings)
        run(settings, _opened_gallery(settings), _opened_scores(settings), _opened_talk(settings))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BlendscopeError as error:
        sys.stderr.write(f"Blendscope cannot start: {error}\n")
        return BAD_START
    except Exception as error:
        # Whatever a library of ours says: the person gets its first line, the rest is for those who look closer.
        log.debug("The start failed.", exc_info=True)
        first = (str(error).splitlines() or [type(error).__name__])[0]
        sys.stderr.write(f"Blendscope cannot start: {first}\n")
        return BAD_START
    return 0


def run(
    settings: Settings,
    opened: AnyGallery | None = None,
    scores: ScoreSet | None = None,
    talk: Talk | None = None,
) -> None:
    """Opens the address and prints it, builds the page, serves it, and loads the models behind it.

    Args:
        settings: how the app was asked to start.
        opened: the chosen gallery, when it is one already.
        scores: of another retrieval model, None without.
        talk: that stands in its panel, None without.
    """
    from demo.opening import HERE, Opening
    from demo.start import alone, import_gradio, make_ready, uncollected

    global demo
    make_ready(settings)
    with uncollected(), alone(), Opening.from_environment() as opening:
        sys.stdout.write(f"Blendscope is at {opening.address}\n")
        sys.stdout.flush()
        # Gradio tries whether a port is free at this name, read when it is imported, and knows only IPv4 there.
        os.environ["GRADIO_SERVER_NAME"] = HERE if ":" in opening.host else opening.host
        from demo.services import Services

        services = Services(settings, opened=opened)
        services.start_reading()
        import_gradio()
        from demo.page import build, launch_options

        demo = build(services, scores, talk)
        opening.close()
        demo.launch(
            prevent_thread_lock=True,
            server_name=opening.host,
            server_port=opening.port,
            **launch_options(),
        )
    services.start_warming(PATIENCE)
    demo.block_thread()


def _settings(arguments: Sequence[str] | None) -> Settings:
    parser = argparse.ArgumentParser(
        prog="app.py", description="How much does the picture decide, and how much do the words?"
    )
    parser.add_argument(
        "--gallery", help="a gallery, a folder of pictures to make one from, or qdrant://HOST:PORT/COLLECTION"
    )
    parser.add_argument("--profile", help="the set of models that answers")
    parser.add_argument("--scores", help="scores of another retrieval model, see docs/scores.md")
    parser.add_argument("--talk", help="a talk, as the page downloads it")
    return Settings.from_environment(**vars(parser.parse_args(arguments)))


def _check_models(settings: Settings) -> None:
    """Refuses models that cannot be read here, or that there are not, before anything is told or built.

    Raises:
        SettingsError: a library is missing, or BLENDSCOPE_MODELS names what there is not.
    """
    check_installed(settings)
    if settings.profile != "pocket":
        from core.hub.choice import chosen

        chosen()


def _opened_gallery(settings: Settings) -> AnyGallery | None:
    """Opens the chosen gallery before anything slow happens, when it is one already.

    Raises:
        SettingsError: there is no index of the chosen name.
        ArtifactError: the gallery is damaged.
        NotReadyError: its server cannot be reached.
    """
    from core.index import INDEXES

    INDEXES.short_name(settings.index)
    if isinstance(settings.gallery, QdrantPlace):
        from core.index.qdrant_gallery import open_collection

        return open_collection(settings.gallery)
    if settings.gallery is not None and (settings.gallery / "manifest.json").is_file():
        from core.index.bundle import open_bundle

        return open_bundle(settings.gallery, engine=settings.index)
    return None


def _opened_scores(settings: Settings) -> ScoreSet | None:
    """Opens and checks the scores of another retrieval model, where there are any.

    Raises:
        BlendscopeError: they cannot be used.
    """
    if settings.scores is None:
        return None
    from core.scores import open_scores

    return open_scores(settings.scores)


def _opened_talk(settings: Settings) -> Talk | None:
    """Opens and checks the talk, where there is one.

    Raises:
        BlendscopeError: it cannot be read or used.
    """
    if settings.talk is None:
        return None
    from core.talk import talk_of_json

    try:
        data = settings.talk.read_bytes()
    except OSError as error:
        raise SettingsError(refusal(error)) from error
    return talk_of_json(data)


def __getattr__(name: str) -> Any:
    """Builds the page for those who import this module and ask for `demo`, as gradio's own tools do."""
    if name != "demo":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from demo.start import alone, make_ready

    global demo
    settings = Settings.from_environment()
    _check_models(settings)
    make_ready(settings)
    with alone():
        from demo.page import build
        from demo.services import Services

        demo = build(Services(settings), _opened_scores(settings), _opened_talk(settings))
    return demo


if TYPE_CHECKING:
    demo: gr.Blocks

if __name__ == "__main__":
    # Services and containers end a program so; it ends as after Ctrl-C, and nothing that visitors sent stays.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
