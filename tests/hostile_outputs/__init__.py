"""Saved explorers as a stranger may have altered them: drawn under a watchdog, they neither freeze nor fill a page."""
