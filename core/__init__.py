"""All of Blendscope that is true without a browser; nothing here imports gradio."""

import os

# Read when NumPy is loaded, which is later. Its matrix products are small here; threads of its own would spin for a
# while after each, and take the cores from the towers (docs/decisions/030-one-thread-for-numpy.md).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

VERSION = "0.9.0"
"""Of Blendscope; it changes when answers, endpoints or files do."""
