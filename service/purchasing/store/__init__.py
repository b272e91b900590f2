"""Reads and writes of buying together: `needs` and `estate` of a town, `group` of all."""
