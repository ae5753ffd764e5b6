"""Deliveries to webhooks behind the port `Deliverer`: over HTTP, and to the public internet only."""
