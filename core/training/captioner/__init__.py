"""The slot captioner: candidates of every gap, and the adapter that names sketches."""
