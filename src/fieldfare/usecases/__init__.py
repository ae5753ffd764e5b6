"""What can be asked of Fieldfare, one verb a file."""
