"""Chaos between a business and its CRM: real processes, random hand edits, outages and kills while customers book."""
