"""Broken experiments, made from the good ones by mutation operators, each with what has to be said about it."""
