"""Data files of the inventory: end of support of operating systems, firmware lines and devices."""
