"""Plain sentences for people, made of the figures that the engine gives."""
