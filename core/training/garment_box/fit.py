"""Trains the box head with L1 + GIoU on the frozen tower's map of synthetic scenes."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float32
from tqdm import tqdm

from core.training.garment.losses import box_loss
from core.training.garment_box.network import BoxNetwork, as_grid
from core.training.shared.fitting import Descent, batches_of

EPOCHS = 30
BATCH = 64
RATE = 2e-3
DECAY = 0.02


def fit(
    rows: Float32[np.ndarray, "n 81 c"], boxes: Float32[np.ndarray, "n 4"], seed: int, epochs: int = EPOCHS
) -> BoxNetwork:
    """Trains the network on projected places and boxes in shares of the picture; half of the batches are mirrored."""
    torch.manual_seed(seed)
    grid, true = as_grid(rows), torch.from_numpy(np.ascontiguousarray(boxes))
    network = BoxNetwork(rows.shape[-1]).train()
    batches = batches_of(len(grid), BATCH)
    descent = Descent.one_cycle(network.parameters(), RATE, epochs * batches, warm_up=0.15, decay=DECAY)
    for _ in tqdm(range(epochs), desc="boxes", unit="epoch", mininterval=1.0):
        for batch in torch.randperm(len(grid)).tensor_split(batches):
            seen, wanted = grid[batch], true[batch]
            if torch.rand(()) < 0.5:
                left, top, right, bottom = wanted.unbind(1)
                seen, wanted = seen.flip(3), torch.stack([1 - right, top, 1 - left, bottom], dim=1)
            descent.step(box_loss(network(seen), wanted))
    return network.eval()
