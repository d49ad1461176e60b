"""The four use cases, one a file: evidence from encoders, then a pure answer from evidence and weights."""
