from pathlib import Path

SCREENSHOTS = Path(__file__).parent / "screenshots"  # pictures for eyes; nothing is compared with them
