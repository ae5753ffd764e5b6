"""The pages of the desk, without a browser."""
