"""The version of this program, which probes and centre tell each other; installing another is an administrator's doing."""

VERSION = "0.1.0"
"""As in `pyproject.toml`; nothing has to be installed as a package for it to be known."""
