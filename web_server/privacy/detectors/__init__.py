"""Detectors, one family a file. `table.DETECTORS` names them all."""
