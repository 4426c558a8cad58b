"""A backbone of patches, a coarse mask head, an evaluator of recall and hooks that keep a diary."""
