"""Requests become events; commands become briefs, stages, artifacts and events; the worker."""
