"""Measuring on pictures of one's own: one task a file, each from a data folder to a report with intervals."""

from core.task_table import registry_of

EVALUATIONS = registry_of("task to evaluate", "evaluation")
EXAMPLES = registry_of("task with worked examples", "example")
SAMPLES = registry_of("task with figures on the pictures that ship", "samples")
