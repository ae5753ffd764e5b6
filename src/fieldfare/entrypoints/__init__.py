"""The doors through which questions come in and answers go out."""
