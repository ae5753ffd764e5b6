"""The scenario file: one JSON document in, one answer out."""
