"""What frozen models say of pictures and texts, computed once and kept on disk."""
