"""Editions of catalogues: importers, comparison, profiles, parameters, and answering once across catalogues."""
