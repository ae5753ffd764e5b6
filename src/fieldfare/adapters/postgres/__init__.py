"""PostgreSQL: where businesses are kept, and how the database comes about."""
