"""How what stands in a CRM is read: against a real database, and a simulated account through the real client."""
