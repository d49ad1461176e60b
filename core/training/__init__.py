"""Training recipes: one room for each set of weights, each run by `python -m core train TASK`."""

from core.task_table import registry_of

RECIPES = registry_of("task to train", "recipe")
