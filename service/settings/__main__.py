"""Print ENVIRONMENT_MANIFEST.md: `python -m service.settings > ENVIRONMENT_MANIFEST.md`."""

import sys

from service.settings.manifest import manifest

sys.stdout.write(manifest())
