"""The API for staff and for programs with a key: the business is the caller's own."""
