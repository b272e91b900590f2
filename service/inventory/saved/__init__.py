"""The list of devices as a person keeps it: saved filters and chosen columns."""
