"""What happened, in figures: a report a file, and the counting of what leaves no booking behind."""
