"""The desk: the pages of those who work for a business, from the dispatch board to the settings."""
