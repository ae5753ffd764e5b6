"""The service over HTTP: one server process, eight clients, businesses of three sizes."""
