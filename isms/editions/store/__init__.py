"""Reads and writes about editions of catalogues, adoptions, parameters, re-reviews and proposals."""
