"""One file per MIB: how its tables become plain values. No vendor is known here."""
