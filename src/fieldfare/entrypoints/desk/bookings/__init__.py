"""Bookings at the desk: looking one up, booking on behalf, and what can be done with a visit."""
