"""Customers at the desk: the search box and the page of each."""
