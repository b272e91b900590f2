"""Buying together: what must be replaced, what a town needs, and what several towns buy as one lot."""
