"""People: accounts, sessions, keys."""
