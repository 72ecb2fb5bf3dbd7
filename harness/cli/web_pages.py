"""What we add to Locust's web UI: the reports that its runs wrote."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, redirect, send_from_directory, url_for
from locust.web import WebUI
from werkzeug.wrappers import Response


def add_report_pages(web_ui: WebUI, reports: Path, *, base_path: str, latest: Callable[[], Path | None]) -> None:
    """Serve the reports' folder, and link the latest report where Locust offers its downloads."""
    pages = Blueprint("ballast", __name__, url_prefix=f"{base_path}/ballast")
    folder = reports.absolute()

    def latest_report() -> Response:
        report = latest()
        path = "index.html" if report is None else f"{report.parent.name}/{report.name}"
        return redirect(url_for("ballast.file", path=path))

    def file(path: str) -> Response:
        return send_from_directory(folder, path)

    protected: Callable[..., Callable[..., Response]] = web_ui.auth_required_if_enabled
    pages.add_url_rule("/report", "report", protected(latest_report))
    pages.add_url_rule("/reports/<path:path>", "file", protected(file))
    if web_ui.app is not None:
        web_ui.app.register_blueprint(pages)
    link = {"href": f"{base_path}/ballast/report", "title": "Ballast: verdict and report of the latest run"}
    web_ui.template_args["extended_csv_files"] = [link]
