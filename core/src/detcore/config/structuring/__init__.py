"""From a tree of values to typed settings, with every mistake told at its place."""
