"""The command line: `python -m core index | train | evaluate | reproduce | examples | ...`.

Standard output holds the answer and nothing else; progress and logs go to standard error. Exit status 2 and
one sentence on standard error when the data, the options or the weights cannot be used.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.installation import end_quietly, end_without_packages

if __name__ == "__main__":  # before anything imports a package
    end_quietly("python -m core")
    end_without_packages("python -m core")

from core.command_line import VERBOSE, run_command
from core.evaluation import EVALUATIONS
from core.evaluation import command as measuring
from core.evaluation.reproduce import command as reproduction
from core.figures import command as figures
from core.hub import report as hub_report
from core.index import INDEXES
from core.index import command as indexing
from core.settings import ASSETS, PROFILES, ROOT, SHIPPED_GALLERY, Settings, processor_threads
from core.streams import progress_bars, say
from core.training import command as training

if TYPE_CHECKING:
    from core.contracts import GalleryEncoders, Models


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: the words after `python -m core`; None for those of the process.

    Returns:
        The exit status.
    """
    return run_command(parser(), arguments)


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="python -m core",
        description="Make galleries, train heads, measure them: Blendscope without the page.",
    )
    root.add_argument("-v", "--verbose", action="store_true", help=VERBOSE)
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    _add_work(commands)
    _add_made_files(commands)
    _add_calibrate(commands)
    _add_models(commands)
    for command in commands.choices.values():
        # Without a default of its own, or it would undo the option before the command.
        command.add_argument("-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help=VERBOSE)
    return root


def _add_work(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands whose options and descriptions stand in the rooms that do the work."""
    for name, does, room, command in (
        ("index", "make a gallery of a folder of pictures", indexing, _index),
        ("train", "train the weights of a task", training, training.answer),
        ("evaluate", "measure a task on a folder of data", measuring, _evaluate),
        ("reproduce", "run a report's experiment again", reproduction, _reproduce),
        ("figure", "draw a figure that the page saved, for a paper or a slide", figures, figures.answer),
    ):
        work = commands.add_parser(name, help=does, description=room.DESCRIPTION)
        room.add_options(work)
        if command in (_index, _evaluate):
            _add_profile(work)
        work.set_defaults(command=command)
    maps = commands.add_parser("map", help="make the maps of a gallery anew", description=indexing.MAPS)
    maps.add_argument("bundle", metavar="BUNDLE", type=Path, help="the gallery")
    maps.set_defaults(command=_map)


def _add_made_files(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands that write what ships: worked examples, figures of our own pictures, the document of results."""
    for name, does, where, folder, command in (
        ("examples", "compute the worked examples that open each tab", ASSETS / "examples",
         "the folder of example pictures", _examples),
        ("sample", "measure the models on the pictures that ship, for the page", ASSETS,
         "the folder of what ships", _sample),
        ("results", "write docs/results.md from the manifests of the weights", ROOT / "docs",
         "the folder of the documents", _results),
    ):  # fmt: skip
        parser = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        parser.add_argument("--out", metavar="DIR", type=Path, default=where, help=folder)
        _add_profile(parser)
        parser.set_defaults(command=command)


def _add_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    help_ = "calibrate what answers say of whether there is an answer"
    calibrate = commands.add_parser("calibrate", help=help_, description=measuring.CALIBRATION)
    measuring.add_calibration_options(calibrate)
    _add_profile(calibrate)
    calibrate.set_defaults(command=_calibrate)


def _add_models(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    models = commands.add_parser(
        "models",
        help="list the models; fetch those of the paper profile",
        description="Lists the models of both profiles with their size, licence and whether they are here. "
        "Nothing is downloaded but with --fetch.",
    )
    hub_report.add_options(models)
    models.set_defaults(command=_list_models)


def _add_profile(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--profile",
        metavar="NAME",
        help=f"the set of models, one of {', '.join(PROFILES)} (default: $BLENDSCOPE_PROFILE, else pocket)",
    )


def _models(options: argparse.Namespace) -> Models:
    settings = Settings.from_environment(profile=options.profile)
    from core.profiles import models_of

    return models_of(settings)


def _index(options: argparse.Namespace) -> tuple[str, int]:
    from core.index.build import build_gallery

    if indexing.is_made(options):
        return _sent(options, options.folder), 0
    with progress_bars() as progress:
        encoders = _models(options).gallery_encoders()
        report = build_gallery(
            options.folder,
            options.out,
            encoders=encoders,
            encode=_elsewhere(options, encoders),
            progress=lambda done, total: progress("pictures", done, total),
            follow_links=not options.no_links,
            verify=options.verify,
        )
    lines = indexing.lines_of(report, options.out, getattr(encoders, "lacks", ()))
    if options.ann:
        lines += _approximate(options, encoders)
    if options.queries is not None:
        lines += _calibrated(options)
    if options.to is not None:
        lines.append(_sent(options, options.out))
    return "\n".join(lines), report.exit_code


def _sent(options: argparse.Namespace, bundle: Path) -> str:
    """Fills a collection of a Qdrant server with a gallery, and says so."""
    from core.index.qdrant_upload import upload

    with progress_bars() as progress:
        done = upload(
            bundle, options.to, None, lambda sent, total: progress("sent", sent, total), options.verify
        )
    return done.sentence(options.to)


def _elsewhere(options: argparse.Namespace, encoders: GalleryEncoders) -> Any:
    """Returns what encodes on other machines, an `Encode` of `core.index.batches`; None for this one."""
    if options.ray is None:
        return None
    from core.index.on_ray import Maker, encoded_on_ray

    profile = Settings.from_environment(profile=options.profile).profile
    maker = Maker("core.profiles:gallery_encoders", (profile,), on_gpu=profile != "pocket")
    return encoded_on_ray(options.ray, maker, encoders)


def _approximate(options: argparse.Namespace, encoders: GalleryEncoders) -> list[str]:
    from core.index.approximate_build import SETS, add_approximate, lines_of

    with progress_bars() as progress:
        added = add_approximate(
            options.out,
            sets=getattr(encoders, "asked", SETS),
            encode_texts=lambda texts: _models(options).composing.encode_texts(texts),
            threads=processor_threads(),
            progress=lambda done, total: progress("rows", done, total),
        )
    return lines_of(added, options.out)


def _map(options: argparse.Namespace) -> tuple[str, int]:
    from core.index.mapping import add_maps, lines_of

    return "\n".join(lines_of(add_maps(options.bundle))), 0


def _calibrated(options: argparse.Namespace) -> list[str]:
    from core.evaluation.base import EvaluationOptions
    from core.evaluation.calibration_queries import calibrate_own

    with progress_bars() as progress:
        return calibrate_own(
            options.out, options.queries, _models(options), EvaluationOptions(progress=progress)
        )


def _evaluate(options: argparse.Namespace) -> tuple[str, int]:
    from core.evaluation.base import EvaluationOptions

    start = time.perf_counter()
    evaluate = EVALUATIONS.load(options.task)
    with progress_bars() as progress:
        report = evaluate(
            options.data,
            _models(options),
            EvaluationOptions(
                options.label_column,
                options.group_column,
                options.include_seen,
                progress=progress,
                papers=options.papers,
                whole_gallery=options.whole_gallery,
                keep=options.keep,
                index=INDEXES.short_name(Settings.from_environment(profile=options.profile).index),
            ),
        )
    report = replace(report, seconds=time.perf_counter() - start)
    return report.as_json() if options.json else report.as_table(), 0


def _reproduce(options: argparse.Namespace) -> tuple[str, int]:
    settings = Settings.from_environment(profile=options.profile)
    return reproduction.answer(options, settings, _models(options)), 0


def _examples(options: argparse.Namespace) -> tuple[str, int]:
    from core.evaluation.examples import write
    from core.index.bundle import open_bundle

    titles = write(_models(options), open_bundle(SHIPPED_GALLERY, models=None), options.out)
    return "\n".join([*titles, f"The worked examples are in {options.out}."]), 0


def _sample(options: argparse.Namespace) -> tuple[str, int]:
    from core.evaluation.base import EvaluationOptions
    from core.evaluation.sample_world import write

    with progress_bars() as progress:
        lines = write(_models(options), EvaluationOptions(progress=progress), options.out)
    return "\n".join(lines), 0


def _results(options: argparse.Namespace) -> tuple[str, int]:
    from core.evaluation.results import write

    profile = Settings.from_environment(profile=options.profile).profile
    files = write(ASSETS / "models" / profile, options.out)
    return "\n".join([*files, f"The results are in {options.out}."]), 0


def _calibrate(options: argparse.Namespace) -> tuple[str, int]:
    from core.evaluation.base import EvaluationOptions
    from core.evaluation.calibration_queries import calibrate_shipped

    with progress_bars() as progress:
        lines = calibrate_shipped(_models(options), EvaluationOptions(progress=progress), options.data)
    return "\n".join(lines), 0


def _list_models(options: argparse.Namespace) -> tuple[str, int]:
    from core.hub.wheels import LITE2, MINILM

    return hub_report.answer(options, (LITE2, MINILM), lambda: progress_bars("B"), say), 0


if __name__ == "__main__":
    sys.exit(main())
