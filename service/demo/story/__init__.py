"""What the four towns have decided, claimed, feared and lived through: plain values, no database."""
