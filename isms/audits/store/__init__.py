"""Reads and writes audits inside `town_tx`."""
