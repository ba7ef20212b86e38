"""Experiments with trained autoencoders, ready for a page or a notebook."""
