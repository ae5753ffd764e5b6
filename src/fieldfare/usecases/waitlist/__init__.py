"""Those who wait for a slot: joining, leaving, and being offered time that became free."""
