"""The worker: what is done later, or again and again."""
