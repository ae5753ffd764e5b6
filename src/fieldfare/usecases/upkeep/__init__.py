"""What is done by the clock, whoever asks or not."""
