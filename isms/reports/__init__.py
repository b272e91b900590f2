"""Reports of the ISMS alone: one file = one report."""
