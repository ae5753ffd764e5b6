"""Telling people outside what went wrong: a queue that nobody waits for, and the places that it empties into."""
