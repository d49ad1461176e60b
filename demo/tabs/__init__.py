"""The four tabs, one a file: layout and events only; none knows another."""
