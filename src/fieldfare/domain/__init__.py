"""The nouns of the field and their laws; pure, and on the ground floor."""
