"""Bookings under races, crashes and retries: whole or absent, never twice (see docs/reliability.md)."""
