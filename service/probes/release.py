"""The version of this program, which probes are told; installing it is an administrator's doing."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("odenwacht")
except PackageNotFoundError:  # run from a folder that nobody installed
    VERSION = "0"
