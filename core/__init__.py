"""All of Blendscope that is true without a browser; nothing here imports gradio."""
