"""The labels say what SAFETY.md says, fit their places, and claim nothing."""

import re
import xml.etree.ElementTree as ET

from enclosure import labels
from enclosure.params import HERE

BANNED = re.compile(r"\b(distress|abnormal|alarm|therap|diagnos)\w*", re.IGNORECASE)


def flat(text):
    return " ".join(re.sub(r"^> ?", "", text, flags=re.MULTILINE).split())


def test_the_wording_is_the_safety_cases(repo_root):
    assert labels.IS_NOT in flat((repo_root / "README.md").read_text())
    assert labels.IS_NOT in flat(labels.text())


def test_the_house_says_where_it_may_stand_and_for_whom():
    said = flat(labels.text())
    for words in ("0.9 m from a crib", "under 36 months", "Not a medical device"):
        assert words in said


def test_no_label_claims_too_much(repo_root):
    pages = [labels.text(), (HERE / "README.md").read_text()]
    for page in [*pages, *(path.read_text() for path in HERE.rglob("*.py"))]:
        assert BANNED.findall(page) == []


def test_the_sheet_is_true_to_size():
    root = ET.fromstring(labels.svg())
    assert root.get("width") == "80mm"
    boxes = [el for el in root if el.tag.endswith("rect")]
    assert [(float(b.get("width")), float(b.get("height"))) for b in boxes] == [
        size[:2] for size in labels.SIZE.values()
    ]


def test_the_committed_labels_are_these():
    assert (HERE / "made" / "labels.txt").read_text() == labels.text()
    assert (HERE / "made" / "labels.svg").read_text() == labels.svg()
