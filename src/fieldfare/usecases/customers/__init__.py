"""What the business knows of its customers: changed by staff, given out whole, and erased."""
