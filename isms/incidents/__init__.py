"""Incidents (Vorfälle): from the first notice to the lessons, with a log nobody rewrites and clocks nobody stops."""
