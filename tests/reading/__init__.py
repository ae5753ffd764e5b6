"""An independent, slow, obvious reading of the rules: the truth that the engine is held to."""
