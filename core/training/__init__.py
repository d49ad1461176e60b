"""Training recipes: one room for each set of weights, each run by `python -m core train TASK`.

A recipe is `run(data, out, seed)`: `data` is a folder of packs, or the one pack that it needs; `out` the artefact's
folder; `seed` decides every random choice. It raises DataError where data is missing or cannot be used, and
ArtifactError where weights are missing that it stands on.
"""

from core.task_table import registry_of

RECIPES = registry_of("task to train", "recipe")
