"""Data files of the ISMS: end of support, threats, hazards, target categories, standard structure."""
