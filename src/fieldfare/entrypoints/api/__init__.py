"""The HTTP API: a shell of manners around the routes, and the routes."""
