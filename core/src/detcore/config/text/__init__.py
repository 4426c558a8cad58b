"""What stands in a config file: its values, each with its place, and the way back to text."""
