"""The dispatch board: who is where on some dates, and what a visit would break elsewhere on it."""
