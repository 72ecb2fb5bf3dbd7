"""Where instances are killed: 20 seeds, the activities in turn."""

from itertools import cycle

from tests.service.kills.point import Activity

POINTS = list(zip(range(1, 21), cycle(Activity), strict=False))
