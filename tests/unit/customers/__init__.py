"""Customers, changed, given out and erased."""
