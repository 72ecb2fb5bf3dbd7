"""Where the run was made, and how to make it again."""

from collections.abc import Iterator

from harness.report.page.markup import section, table, tag, text
from harness.results import Results

COMMAND = "command"
"""The name in a run's environment under which its command stands."""


def about_section(results: Results) -> str:
    """Command, environment, settings that differ from production's, and the files beside this one."""
    command = results.environment.get(COMMAND, "")
    return section(
        "about",
        "Repeat it",
        "",
        tag("pre", tag("code", text(command))) if command else "",
        tag(
            "div",
            tag("div", tag("h3", "Environment"), tag("dl", *_environment(results), class_="pairs-list")),
            tag("div", tag("h3", "Settings that differ from production"), _overrides(results)),
            class_="columns",
        ),
        _files(),
    )


def _environment(results: Results) -> Iterator[str]:
    told = {
        "run": results.run_id,
        "seed": str(results.seed),
        **{name: value for name, value in results.environment.items() if name != COMMAND and value},
    }
    for name, value in told.items():
        yield tag("div", tag("dt", text(name)), tag("dd", text(value)))


def _overrides(results: Results) -> str:
    if not results.overrides:
        return tag("p", "None.", class_="muted")
    rows = ((tag("code", text(name)), tag("code", text(value))) for name, value in sorted(results.overrides.items()))
    return table(("Setting", "Value in this run"), rows, class_="settings", caption="Settings of this run")


def _files() -> str:
    files = {
        "results.json": "all of this page as data",
        "samples.csv.gz": "every request and attempt",
        "junit.xml": "the criteria as test cases",
        "report.md": "this page in brief",
    }
    links = [tag("li", tag("a", name, href=name), " ", text(meaning)) for name, meaning in files.items()]
    return tag("h3", "Beside this page") + tag("ul", *links, class_="files")
