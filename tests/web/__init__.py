"""The booking page in a real browser, on a real server and database."""
