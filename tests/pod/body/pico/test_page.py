"""The set-up page: what it shows is escaped, and what a browser sends is read."""

import html.parser
from urllib.parse import urlencode

import pytest

from pod.body.pico.page import fields, form
from pod.body.pico.settings import Settings
from pod.config import Config


class Form(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.values, self.tags = {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "input":
            self.values[given["name"]] = given.get("value", "checked" in given)


def test_what_a_browser_sends_comes_out_as_it_went_in():
    sent = {"ssid": "Näpf & Söhne +1%", "wifi_password": "ä=&%+ 'q\"", "radio_at_night": "on"}
    assert fields(urlencode(sent).encode()) == sent


@pytest.mark.parametrize("body", (b"ssid=%zz", b"ssid=%ff"))
def test_nonsense_is_a_value_error(body):
    with pytest.raises(ValueError):
        fields(body)


def test_the_page_shows_what_is_set_and_never_the_password():
    given = Settings({"pod": "pod-1", "ssid": 'a"<b>&', "wifi_password": "hush"})
    text = form(given, Config(profile="adult"), "<Kept>")
    page = Form(text)
    assert page.values["ssid"] == 'a"<b>&' and page.values["radio_at_night"] is True
    assert "hush" not in text and "b" not in page.tags and "kept" not in page.tags
