"""Reads and writes the documents register."""
