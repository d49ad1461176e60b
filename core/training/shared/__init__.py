"""What recipes share: encoded catalogues, steps down a gradient, and the weights that they stand on."""
