"""Threats at target objects and hazards at sites: what is proposed, decided, covered; decisions and their way back."""
