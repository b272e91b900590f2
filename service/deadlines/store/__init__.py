"""Read the dates of a town, keep reminders of them, and calendar feeds."""
