"""Data files of the ISMS: threats, hazards, target categories, standard structure."""
