"""``python -m hesswidget``."""

import sys

from hesswidget.command import main

sys.exit(main())
