"""Speed, as ratios to the bare call that does the same: `python -m benchmarks`, or `make bench`."""
