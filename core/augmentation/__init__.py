"""Pictures made from pictures, to train and to measure on: cut-outs, scenes, views, copies, bent drawings."""
