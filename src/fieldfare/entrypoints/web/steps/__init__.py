"""The steps of a booking, each at an address of its own."""
