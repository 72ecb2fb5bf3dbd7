"""`python -m tests.architecture`: the picture of docs/architecture.md, drawn anew."""

from tests.architecture.picture import picture
from tests.architecture.rooms import house
from tests.architecture.test_picture import PICTURE

if __name__ == "__main__":
    PICTURE.write_text(picture(house()), encoding="utf-8")
