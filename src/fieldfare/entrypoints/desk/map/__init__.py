"""The map: zones, hubs and the routes of a day, and the boundaries drawn on it."""
