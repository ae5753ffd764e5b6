"""Whatever takes technicians' time: written down, listed and taken out by staff and by files."""
