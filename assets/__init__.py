"""Pictures and weights that ship with Blendscope, and the scripts that make the pictures."""
