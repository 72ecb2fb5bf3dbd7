"""`python -m tests.defects NAME`: the service with that one wrong part."""

import os
import sys

from service.commands.serve import main
from tests.defects.catalogue import DEFECTS

if __name__ == "__main__":
    DEFECTS[sys.argv[1]].apply()
    sys.exit(main([], os.environ))
