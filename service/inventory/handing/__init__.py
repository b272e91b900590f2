"""Devices that one town hands over to another."""
