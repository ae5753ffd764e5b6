"""What the use cases need from outside, as protocols with their errors."""
