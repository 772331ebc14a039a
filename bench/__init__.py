"""Measurements, one command each. They print figures and ratios of one run; none of them is a test."""
