"""`python -m service` and `odenwacht`: hand the arguments to the command line."""

import sys

from service.cli import main

if __name__ == "__main__":
    sys.exit(main())
