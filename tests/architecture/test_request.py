"""A request flows as the architecture's page says."""

import re
from collections.abc import Iterator
from pathlib import Path

from starlette.routing import Route

from service.app import create_app
from service.settings.settings import Settings
from tests.architecture.test_pages import PAGE, read


def layers(outermost: object) -> Iterator[str]:
    """The files of an ASGI application and those that stand in it, from outside."""
    layer = outermost
    while type(layer).__module__.startswith("service."):
        yield type(layer).__module__.replace(".", "/") + ".py"
        layer = vars(layer)["_app"]


def test_what_a_request_passes_is_told_in_its_order(tmp_path: Path) -> None:
    variables = {
        "USE_RELIABILITY_SYSTEM": "true",
        "OPENAI_API_KEY": "provider-key",
        "EMBEDDING_CANARY_MODEL": "canary",
        "ORIGIN_SECRET_A": "a" * 16,
        "DATABASE_PATH": str(tmp_path / "ballast.sqlite3"),
    }
    app = create_app(Settings.from_environment(variables))
    route = next(each for each in app.routes if isinstance(each, Route) and each.name == "create_embedding")
    outside = [f"{each.cls.__module__.replace('.', '/')}.py" for each in app.user_middleware]
    told = [re.findall(r"`(service/web/[^`]*)`", row) for row in read(PAGE).splitlines() if re.match(r"\| \d+ \|", row)]
    closed_by_operators = "service/web/turned_away.py"  # other routes
    assert [files[0] for files in told if files and files[0] != closed_by_operators] == [*outside, *layers(route.app)]
