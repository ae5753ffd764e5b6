"""How fast the engine is, side by side with what one would do instead."""
