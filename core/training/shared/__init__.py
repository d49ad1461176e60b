"""What every recipe shares: packs, frozen features, folds, fitting, and how results are reported."""
