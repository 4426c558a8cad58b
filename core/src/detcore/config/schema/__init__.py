"""Everything a config may say, as one JSON Schema."""
