"""Texts of answers that one town releases and the security officer of two towns copies to the other, as proposals."""
