"""The life of a booking, from the hold to its end: a verb a file."""
