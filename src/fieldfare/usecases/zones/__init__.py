"""Zones on the map: what can be drawn of their boundaries, and whom another boundary would move."""
