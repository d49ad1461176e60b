"""The sample world: every shipped picture is drawn by these scripts, seeded and deterministic."""
