"""Prompts rewritten for the models at hand."""
