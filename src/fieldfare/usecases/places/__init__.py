"""Where customers are: addresses to places, and what to suggest while one is typed."""
