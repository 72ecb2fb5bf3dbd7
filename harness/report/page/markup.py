"""Markup from parts: text is escaped on its way in, tags are balanced."""

from collections.abc import Iterable
from html import escape

text = escape


def tag(_tag: str, *children: str, **attributes: str | float | None) -> str:
    """An element around markup; `class_` stands for class, `data_label` for data-label; None leaves one out."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{_tag}{told}>{''.join(children)}</{_tag}>"


def section(anchor: str, title: str, lead: str, *children: str) -> str:
    """A part of the page with its heading and a line on what it shows."""
    return tag(
        "section",
        tag("h2", text(title), id=f"{anchor}-title"),
        tag("p", lead, class_="lead") if lead else "",
        *children,
        id=anchor,
        aria_labelledby=f"{anchor}-title",
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]], *, class_: str = "", caption: str) -> str:
    """A table whose cells are markup; on a narrow screen each row becomes a block, each cell names its column.

    The first cell of a row is its heading.
    """
    names = list(head)
    body = []
    for row in rows:
        first, *others = row
        cells = [tag("th", first, scope="row")]
        cells += [tag("td", cell, data_label=name) for name, cell in zip(names[1:], others, strict=True)]
        body.append(tag("tr", *cells))
    return tag(
        "table",
        tag("caption", text(caption), class_="unseen"),
        tag("thead", tag("tr", *(tag("th", text(name), scope="col") for name in names))),
        tag("tbody", *body),
        class_=class_ or None,
    )
