"""Businesses and commitments as files that people keep."""
