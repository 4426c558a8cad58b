"""Files, command-line changes and references laid over each other, until one tree is left."""
