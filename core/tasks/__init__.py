"""The four use cases, a room each: evidence from encoders, then a pure answer from evidence and weights."""
