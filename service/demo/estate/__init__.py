"""The demonstration's truth: which devices exist, where they stand, how they are addressed over four weeks."""
