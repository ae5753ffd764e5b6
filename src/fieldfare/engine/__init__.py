"""A problem in, drivable slots out: pure, synchronous, in columns."""
