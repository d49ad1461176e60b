"""What each task found, as HTML: pure functions from evidence to words and bars; no events, no gradio."""
