"""Which slots can be driven, and why the others can't."""
