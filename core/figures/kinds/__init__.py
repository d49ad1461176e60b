"""One kind of figure a file: what is drawn, and how; each is loaded by its row in `core.figures.KINDS`."""
