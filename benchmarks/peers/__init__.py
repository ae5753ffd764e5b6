"""Other ways to answer the engine's question, for comparison."""
