"""The joint encoder: projections of the frozen towers into one space."""
