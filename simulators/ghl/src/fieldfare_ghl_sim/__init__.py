"""A GoHighLevel on your own machine: it answers as the vendor's files say, keeps state, and fails to order."""
