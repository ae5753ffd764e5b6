"""What a business shares with systems outside: reading, writing, and what people must settle."""
