"""A sign for each verdict, told apart by shape and by word; colour only helps."""

from harness.report.page.markup import tag, text

_SHAPES = {
    "pass": '<path d="M5 10.5l3.5 3.5L15 6.5"/>',
    "fail": '<path d="M6 6l8 8M14 6l-8 8"/>',
    "inconclusive": '<path d="M7.4 7.6a2.7 2.7 0 1 1 3.7 2.5c-.8.3-1.1.9-1.1 1.7"/><path d="M10 14.6v.2"/>',
    "not_asked": '<path d="M6 10h8"/>',
    "invalid": '<circle cx="10" cy="10" r="5"/><path d="M6.5 13.5l7-7"/>',
    "aborted": '<path d="M7 7h6v6H7z"/>',
}


def sign(verdict: str) -> str:
    """The sign alone; whoever shows it writes the word beside it."""
    return (
        f'<svg class="sign" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        f'<circle class="disc" cx="10" cy="10" r="9"/>{_SHAPES[verdict]}</svg>'
    )


def badge(verdict: str) -> str:
    """Sign and word."""
    return tag("span", sign(verdict), text(verdict.replace("_", " ")), class_=f"badge {verdict}")
