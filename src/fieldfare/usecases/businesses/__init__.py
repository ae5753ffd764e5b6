"""Businesses as documents: bringing them in, changing a record, and comparing."""
