"""A pod's ring through two changes of key, by boxes that a host has made; printed step by step."""

import sys

from pod import jsontext
from pod.config import Config
from pod.envelope import EnvelopeError, seal
from pod.keys import Keys

TOPIC = "starlit/home/pod/pod-1/set/desired"


class Store:
    def __init__(self):
        self.kept = {}

    def keep(self, record):
        self.kept[record[0]] = record[1]


def say(keys, key, body):
    opened = keys.open(TOPIC, seal(key, TOPIC, jsontext.dumps(body), version=1))
    good, changed = keys.hear(opened.body["key"], opened)
    print(good, changed, keys.ids(), keys.key())
    return changed


def run(pod_key, first, second, box, bent):
    config = Config("pod-1", "home", first)
    config.pod_key = pod_key
    store, keys = Store(), Keys(config, {})
    for given in ({"id": 2, "box": bent}, {"id": 2, "box": "00"}, {"id": 2, "box": box}):
        if say(keys, first, {"key": given}):
            keys.keep(store)
    print(keys.seal(TOPIC, "{}", version=7))
    again = Keys(config, store.kept)
    print(again.ids(), sorted(store.kept))
    say(again, first, {"key": {"id": 2}})
    say(again, second, {"key": {"id": 2}})
    try:
        say(again, first, {"key": {"id": 1}})
    except EnvelopeError as error:
        print(error.args[0])


hexed = [bytes(int(text[i : i + 2], 16) for i in range(0, len(text), 2)) for text in sys.argv[1:4]]
run(hexed[0], hexed[1], hexed[2], sys.argv[4], sys.argv[5])
