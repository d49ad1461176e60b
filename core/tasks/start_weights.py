"""Where the three sliders of a retrieval task start."""

from __future__ import annotations

from collections.abc import Sequence

from core import blend
from core.errors import ArtifactError, InputError
from core.manifest import NO_MIX, Manifest


def start_weights(manifest: Manifest | None, usual: Sequence[float]) -> tuple[float, float, float]:
    """Returns where three sliders start: at the weights chosen on validation queries, where there are any.

    Args:
        manifest: of the trained weights that were chosen with them, None without any.
        usual: three numbers for a manifest that names none.

    Returns:
        Three numbers with the sum 1, as the answers use them.

    Raises:
        ArtifactError: what the manifest holds are no three numbers that can be weights.
    """
    chosen = (manifest.start_weights if manifest else None) or usual
    try:
        w0, w1, w2 = blend.simplex_weights([float(weight) for weight in chosen]).tolist()
    except InputError:
        raise ArtifactError(NO_MIX.format(kind=manifest.kind if manifest else "")) from None
    return w0, w1, w2
