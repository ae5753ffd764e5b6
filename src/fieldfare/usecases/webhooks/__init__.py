"""Telling other systems what happened: whom to call, calling them, and calling them again."""
