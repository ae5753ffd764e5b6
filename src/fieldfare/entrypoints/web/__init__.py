"""The pages that customers see: forms and links that work without a script, and are better with one."""
