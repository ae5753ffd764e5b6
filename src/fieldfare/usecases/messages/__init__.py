"""What customers are written to: sending it once, and what the desk does about what could not be sent."""
