"""Printed papers: typst sets them, the texts come as data."""
