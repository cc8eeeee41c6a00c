"""Run the command line with `python -m copydesk`."""

from copydesk.cli import main

raise SystemExit(main())
