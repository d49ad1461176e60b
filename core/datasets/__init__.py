"""Readers of the layouts that Blendscope trains on and measures: lists of names and columns, no decoding."""
