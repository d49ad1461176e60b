"""Small heads, trained in NumPy, many side by side: by a recipe, by visitors, and by what measures their worth."""
