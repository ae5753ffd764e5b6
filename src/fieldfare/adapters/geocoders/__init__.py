"""Geocoders behind the port `Geocoder`, one vendor a file, and the chain in which they are asked."""
