"""Every link within the documents leads to what is there, without asking the network."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.documents.document import DOCUMENTS, ROOT, read

_code = re.compile(r"^ *```.*?^ *```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_link = re.compile(r"\]\(\s*<?([^)\s>]+)>?\s*\)")
_other_link = re.compile(r"\]\([^)]*\s+[\"'][^)]*\)|^\[[^\]]+\]:\s|<(?:a|img)\s", re.MULTILINE)
_heading = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def links(document: str) -> list[str]:
    prose = _code.sub("", document)
    return _link.findall(prose)


def anchors(document: str) -> set[str]:
    """Those of its headings, as GitHub makes them; a heading that comes again gets a number."""
    found: list[str] = []
    for heading in _heading.findall(re.sub(r"^ *```.*?^ *```", "", document, flags=re.MULTILINE | re.DOTALL)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        same = sum(each == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", each) is not None for each in found)
        found.append(f"{slug}-{same}" if same else slug)
    return set(found)


def broken(name: str, root: Path = ROOT) -> list[str]:
    """The links of a document that lead nowhere."""
    document = (root / name).read_text(encoding="utf-8")
    return [link for link in links(document) if not _leads(link, root / name, root)]


def _leads(link: str, document: Path, root: Path) -> bool:
    split = urlsplit(link)
    if split.scheme:
        return split.scheme == "https" and bool(split.netloc)
    file = (document.parent / unquote(split.path)).resolve() if split.path else document
    if not file.exists() or not file.is_relative_to(root.resolve()):
        return False
    return not split.fragment or split.fragment in anchors(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_what_is_there(name: str) -> None:
    assert broken(name) == []


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One thing\n\n## Its `code`, and more\n\n# One thing\n", encoding="utf-8")
    good = [
        "there.md",
        "there.md#one-thing",
        "there.md#its-code-and-more",
        "there.md#one-thing-1",
        "https://a.example/b",
    ]
    bad = ["away.md", "there.md#two-things", "#nothing", "../outside.md", "http://a.example/", "there.md#one-thing-2"]
    text = "\n".join([*(f"[a]({link})" for link in [*good, *bad]), "`[a](code.md)`"])
    (tmp_path / "document.md").write_text(text, encoding="utf-8")
    assert broken("document.md", tmp_path) == bad


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_are_written_in_the_one_way_that_is_looked_at_here(name: str) -> None:
    assert _other_link.findall(_code.sub("", read(name))) == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, to_read = set[str](), ["README.md"]
    while to_read:
        name = to_read.pop()
        if name in reached or not name.endswith(".md"):
            continue
        reached.add(name)
        for link in links(read(name)):
            split = urlsplit(link)
            if split.path and not split.scheme:
                to_read.append(str(((ROOT / name).parent / split.path).resolve().relative_to(ROOT)))
    assert [name for name in DOCUMENTS if name not in reached] == []
