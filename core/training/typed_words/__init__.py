"""The maps of typed words: what people type of clothes, and pictures of a shop, in one space."""
