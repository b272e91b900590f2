"""Where people arrive after log-in: one page for each role, and the comparison of towns for the security officer."""
