from pathlib import Path

import pytest

from service.settings.settings import Settings, SettingsError
from service.web.dashboard import HEADERS
from stacks.edge_stack import CONTENT_SECURITY_POLICY
from tests.service.conftest import Start, environment

PAGE = "<!doctype html><title>a page</title>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dashboard"
    (made / "assets" / "cards").mkdir(parents=True)
    (made / "index.html").write_text(PAGE)
    (made / "assets" / "main.js").write_text("export {};")
    (made / "assets" / "style.css").write_text("body {}")
    (made / "assets" / "sign.svg").write_text("<svg/>")
    (made / "assets" / "cards" / "card.js").write_text("export {};")
    (tmp_path / "secret.js").write_text("not to be shown")
    return made


async def test_the_page_and_what_it_consists_of_are_shown_with_their_types(start: Start, folder: Path) -> None:
    async with start(DASHBOARD_FOLDER=str(folder)) as client:
        page = await client.get("/")
        types = {
            name: (await client.get(f"/assets/{name}")).headers["content-type"]
            for name in ("main.js", "cards/card.js", "style.css", "sign.svg")
        }
    assert (page.status_code, page.text) == (200, PAGE)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert types == {
        "main.js": "text/javascript; charset=utf-8",
        "cards/card.js": "text/javascript; charset=utf-8",
        "style.css": "text/css; charset=utf-8",
        "sign.svg": "image/svg+xml",
    }


async def test_every_file_carries_the_security_headers_and_is_asked_for_anew(start: Start, folder: Path) -> None:
    async with start(DASHBOARD_FOLDER=str(folder)) as client:
        for path in ("/", "/assets/main.js"):
            answer = await client.get(path)
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
            again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
            assert again.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_the_policy_is_the_one_at_the_edge() -> None:
    assert HEADERS["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "path",
    ["/assets/../../secret.js", "/assets/%2e%2e/%2e%2e/secret.js", "/assets/..%2f..%2fsecret.js", "/assets//etc/passwd",
     "/assets/link.js", "/assets/none.js", "/assets/cards", "/assets/", "/secret.js", "/assets/%00"],
)  # fmt: skip
async def test_nothing_outside_of_the_folder_is_shown(start: Start, folder: Path, path: str) -> None:
    (folder / "assets" / "link.js").symlink_to(folder.parent / "secret.js")
    async with start(DASHBOARD_FOLDER=str(folder)) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_no_route_of_the_service_is_hidden_by_it(start: Start, folder: Path) -> None:
    paths = ["/health", "/identity", "/metrics", "/api/observability/rollouts", "/api/documents/none", "/api/nowhere"]
    async with start() as client:
        without = [(await client.get(path)).status_code for path in paths]
    async with start(DASHBOARD_FOLDER=str(folder)) as client:
        assert [(await client.get(path)).status_code for path in paths] == without
        assert (await client.post("/")).status_code == 405


async def test_its_files_count_as_routes_of_their_own(start: Start, folder: Path) -> None:
    async with start(DASHBOARD_FOLDER=str(folder)) as client:
        await client.get("/")
        await client.get("/assets/main.js")
        await client.get("/assets/style.css")
        routes = (await client.get("/api/observability/golden-signals")).json()["routes"]
    assert routes["GET /"]["requests"] == 1
    assert routes["GET /assets/{name:path}"]["requests"] == 2
    assert routes["unmatched"]["requests"] == 0


async def test_a_viewer_s_token_is_not_asked_for_before_the_page_can_ask_for_it(start: Start, folder: Path) -> None:
    async with start(DASHBOARD_FOLDER=str(folder), VIEWER_TOKEN="viewer-token") as client:
        assert (await client.get("/")).status_code == 200


async def test_without_a_folder_there_is_no_page(start: Start) -> None:
    async with start() as client:
        assert (await client.get("/")).status_code == 404


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_a_dashboard_is_refused_at_the_start(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environment(tmp_path, DASHBOARD_FOLDER=str(tmp_path / name)))
    assert refused.value.problems == [f"DASHBOARD_FOLDER is {tmp_path / name}; expected a folder that holds index.html"]
