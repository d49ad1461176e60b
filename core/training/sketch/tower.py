"""Tunes the image tower on line drawings: first Quick, Draw!, then Sketchy. Goes on where it was cut off.

Every step draws its drawings and its chances from a seed of its own, so that a run that was killed and resumed
ends with the weights of one that was not.
"""

from __future__ import annotations

import copy
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Int, UInt8
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn
from tqdm import tqdm

from core.augmentation.drawings import as_ink, changed
from core.digests import sha256_of_arrays
from core.encoders.sketch_tower import WIDTH
from core.encoders.torch_towers import build_trunk, frozen, tower_input
from core.store import write_atomically
from core.training.sketch.network import build_classifier

DECAY = 0.05
WARM = 0.05
HEAD_RATE = 3.0
"""How much faster the classifier learns than the tower."""
SMOOTHING = 0.1
MIXED, MIX = 0.5, 0.3
LONGEST_STEP = 5.0
MEMORY = 0.998
"""How much of the averaged weights stays at each step; the average is what is kept (Tarvainen and Valpola 2017)."""
STEPS_BETWEEN_SAVES = 60


@dataclass(frozen=True, slots=True)
class TuningPlan:
    """How long and on what the tower is tuned: on drawings of so many pixels, some of each batch from the stage before.

    Progress bar and checkpoint have the name of the stage; `rate` is AdamW's largest learning rate, of the tower.
    """

    name: str
    size: int
    epochs: int
    batch: int = 64
    rate: float = 1e-3
    rehearsed: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Drawings:
    """Labelled drawings, 255 for full ink."""

    inks: UInt8[np.ndarray, "n side side"]
    classes: Int[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.classes)

    def digest(self) -> str:
        """Returns the SHA-256 of all that is in them."""
        return sha256_of_arrays(self.inks, self.classes)


class SketchNetwork(nn.Module):
    """The tower and f on top of it."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes
        self.trunk = build_trunk()
        self.classifier = build_classifier(WIDTH, classes)

    def forward(self, ink: Tensor) -> Tensor:
        """Returns (n, classes) logits of (n, 1, size, size) ink in [0, 1]."""
        logits: Tensor = self.classifier(self.trunk(tower_input(ink)))
        return logits


def tune(
    start: SketchNetwork,
    drawings: Drawings,
    plan: TuningPlan,
    seed: int,
    place: Path,
    before: Drawings | None = None,
) -> SketchNetwork:
    """Returns the network with averaged weights after the stage, in its evaluating mode.

    Args:
        start: where it begins; not changed.
        drawings: to learn from.
        plan: how.
        seed: of everything random.
        place: folder for the checkpoints.
        before: drawings of the stage before, to rehearse.
    """
    steps = plan.epochs * max(1, round(len(drawings) / (plan.batch * (1 - plan.rehearsed))))
    weights = sha256_of_arrays(*(value.numpy() for value in start.state_dict().values()))
    key = repr((plan, seed, drawings.digest(), before.digest() if before else "", weights))
    file = place / f"{plan.name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.safetensors"
    run = _Run(copy.deepcopy(start), plan, steps)
    done = run.load(file)
    with tqdm(total=steps, initial=done, desc=plan.name, unit="step", mininterval=2.0) as bar:
        for step in range(done, steps):
            torch.manual_seed((seed * 1_000_003 + step) % 2**63)
            loss = run.step(_batch(drawings, before, plan, step, seed))
            bar.set_postfix(loss=f"{loss:.2f}", refresh=False)
            bar.update()
            if (step + 1) % STEPS_BETWEEN_SAVES == 0 or step + 1 == steps:
                run.save(file, step + 1)
    return run.average.eval().requires_grad_(False)


class _Run:
    """Network, averaged network, optimiser and schedule of one stage."""

    def __init__(self, network: SketchNetwork, plan: TuningPlan, steps: int) -> None:
        self.network, self.average = network.train(), copy.deepcopy(network).eval()
        network.classifier.requires_grad_(True)
        for name, parameter in network.trunk.named_parameters():
            parameter.requires_grad_(not frozen(name))
        tower = [value for value in network.trunk.parameters() if value.requires_grad]
        head, self.rates = list(network.classifier.parameters()), (plan.rate, plan.rate * HEAD_RATE)
        self.learned = [*tower, *head]
        self.optimiser = torch.optim.AdamW(
            [{"params": tower}, {"params": head}], plan.rate, weight_decay=DECAY
        )
        self.steps, self.taken = steps, 0

    def step(self, batch: tuple[Tensor, Tensor]) -> float:
        """Takes one step and returns the loss."""
        ink, wanted = _mixed(changed(batch[0]), batch[1], self.network.classes)
        share = self.taken / self.steps
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            warmed = min(1.0, (self.taken + 1) / (WARM * self.steps + 1))
            group["lr"] = rate * warmed * (0.5 + 0.5 * math.cos(math.pi * share))
        loss = -(self.network(ink).log_softmax(1) * wanted).sum(1).mean()
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.learned, LONGEST_STEP)
        self.optimiser.step()
        self.taken += 1
        memory = min(MEMORY, (1 + self.taken) / (10 + self.taken))
        with torch.no_grad():
            values = (network.state_dict().values() for network in (self.average, self.network))
            for old, new in zip(*values, strict=True):
                old.lerp_(new, 1 - memory) if old.dtype.is_floating_point else old.copy_(new)
        return float(loss.detach())

    def save(self, file: Path, taken: int) -> None:
        """Writes all that the next step depends on."""
        parts = {"network": self.network.state_dict(), "average": self.average.state_dict()}
        parts |= {f"optimiser.{i}": state for i, state in self.optimiser.state_dict()["state"].items()}
        tensors = {
            f"{part}.{name}": value.contiguous() for part in parts for name, value in parts[part].items()
        }
        write_atomically(file, save_tensors(tensors | {"taken": torch.tensor([taken])}))

    def load(self, file: Path) -> int:
        """Goes back to what `save` wrote; returns how many steps that was, 0 when there is nothing."""
        if not file.exists():
            return 0
        tensors = load_tensors(file.read_bytes())
        for name, network in (("network", self.network), ("average", self.average)):
            network.load_state_dict(_below(tensors, name))
        state = self.optimiser.state_dict()
        for name, value in _below(tensors, "optimiser").items():
            number, what = name.split(".")
            state["state"].setdefault(int(number), {})[what] = value
        self.optimiser.load_state_dict(state)
        self.taken = int(tensors["taken"][0])
        return self.taken


def _below(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    start = f"{name}."
    return {key.removeprefix(start): value for key, value in tensors.items() if key.startswith(start)}


def _batch(
    drawings: Drawings, before: Drawings | None, plan: TuningPlan, step: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Returns the ink and the classes of a step."""
    old = round(plan.batch * plan.rehearsed) if before is not None else 0
    picks = _picks(len(drawings), plan.batch - old, step, seed)
    ink, classes = as_ink(drawings.inks[picks], plan.size), drawings.classes[picks]
    if before is not None and old:
        again = np.random.default_rng([seed, 2, step]).integers(0, len(before), old)
        ink = torch.cat([ink, as_ink(before.inks[again], plan.size)])
        classes = np.concatenate([classes, before.classes[again]])
    return ink, torch.from_numpy(classes)


def _mixed(ink: Tensor, classes: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Returns ink and smoothed probabilities; half of the batches are mixed in pairs (Zhang et al. 2018)."""
    wanted = functional.one_hot(classes, count).float() * (1 - SMOOTHING) + SMOOTHING / count
    if torch.rand(()) < MIXED:
        share = torch.distributions.Beta(MIX, MIX).sample()
        other = torch.randperm(len(ink))
        ink, wanted = ink.lerp(ink[other], share), wanted.lerp(wanted[other], share)
    return ink, wanted


def _picks(count: int, batch: int, step: int, seed: int) -> Int[np.ndarray, " batch"]:
    """Returns the rows of a step: each pass over the rows is a shuffle of its own."""
    first, last = step * batch, (step + 1) * batch
    turns = range(first // count, (last - 1) // count + 1)
    order = np.concatenate([np.random.default_rng([seed, 1, turn]).permutation(count) for turn in turns])
    return order[first - turns[0] * count : last - turns[0] * count]
