"""SNMP access: sets of credentials, where they may be used, and what became of them."""
