"""What the tabs are made of, one widget a file."""
