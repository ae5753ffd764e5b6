"""Fieldfare sells only the appointments that a home-service fleet can drive."""

# A plain constant that the build reads: asking importlib.metadata would cost every start of the command.
__version__ = "0.1.0"
