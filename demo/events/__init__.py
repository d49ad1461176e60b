"""What happens in each tab, without its layout: a question becomes evidence, evidence and sliders become an answer."""
