"""What the vendor's operations do, each on the simulated world."""
