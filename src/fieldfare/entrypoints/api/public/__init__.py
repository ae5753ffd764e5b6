"""What anybody may ask: what is sold at a place, and when somebody can come."""
