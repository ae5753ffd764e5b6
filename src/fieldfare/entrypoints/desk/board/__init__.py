"""The dispatch board: who is where when, moving visits, blocking time, and why a cell is empty."""
