"""Explorers as files and pages."""
