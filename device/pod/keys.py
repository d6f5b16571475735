"""The cottage's keys as a pod holds them: one, or two while the host replaces one by another.

It verifies with both and signs with the one that the host last signed with. A new one comes in the
pod's desired state, wrapped under a key that only this pod and the host have: `id` and `box`, the
hex of nonce (16 bytes), key XOR stream, MAC (32 each). Stream and MAC are HMAC-SHA256 under
different labels, and the MAC covers who it is for, so that no box opens at another pod.
"""

from binascii import hexlify, unhexlify

from .envelope import hmac_sha256, open_envelope, same, seal
from .record import Record

ID_MAX = 1 << 30
_BOX = 160  # hex digits


def stream(pod_key, number, nonce):
    """32 bytes that hide key `number`."""
    return hmac_sha256(pod_key, b"starlit key stream %d " % number + nonce)


def box_mac(pod_key, who, number, hidden):
    """Hex. `who`: cottage/pod; `hidden`: nonce and key XOR stream, as hex."""
    text = "starlit key mac %s %d %s" % (who, number, hidden)
    return hexlify(hmac_sha256(pod_key, text.encode())).decode()


def unwrap(pod_key, who, number, box):
    """The key in `box`, as hex, or None where it is not for this pod."""
    if not pod_key or not isinstance(box, str) or len(box) != _BOX:
        return None
    if not same(box[96:], box_mac(pod_key, who, number, box[:96])):
        return None
    hidden = unhexlify(box[32:96])
    shown = int.from_bytes(hidden, "big") ^ int.from_bytes(
        stream(pod_key, number, unhexlify(box[:32])), "big"
    )
    return hexlify(shown.to_bytes(32, "big")).decode()


class Keys:
    """`ring`: [id, key as hex], oldest first. Two writes for each change of it."""

    def __init__(self, config, stored):
        self._pod_key = config.pod_key
        self._who = config.cottage + "/" + config.pod
        self.ring = [[config.key_id, hexlify(config.key).decode()]]
        self.record = Record("keys", stored, self, ("ring",), self._take)
        self._use()
        self.kept = self.ids()  # those that outlive a power cut

    def _take(self, body):
        ring = [[number, text] for number, text in body["ring"]]
        for number, text in ring:
            if type(number) is not int or not unhexlify(text):
                raise ValueError
        if not 1 <= len(ring) <= 2:
            raise ValueError
        self.ring = ring

    def _use(self):
        self._keys = [unhexlify(text) for _, text in self.ring]
        self._signs = 0

    def ids(self):
        return [number for number, _ in self.ring]

    def key(self):
        """What this pod signs with."""
        return self._keys[self._signs]

    def seal(self, topic, body, **stamp):
        return seal(self.key(), topic, body, **stamp)

    def open(self, topic, payload):
        """As `open_envelope`; once the host has signed with the newer key, so does the pod."""
        opened = open_envelope(self._keys, topic, payload)
        self._signs = max(self._signs, opened.key)
        return opened

    def hear(self, given, opened):
        """What desired state says of keys, in the message `opened`: with a box the next one; with
        an id alone the only one, once it has signed. (Whether it is good, the ring has changed.)"""
        if given is None:
            return True, False
        number = given.get("id") if isinstance(given, dict) else None
        if type(number) is not int or not 0 < number < ID_MAX:
            return False, False
        newest = self.ring[-1][0]
        if "box" not in given:
            if number != newest or opened.key != len(self.ring) - 1 or len(self.ring) == 1:
                return True, False
            self.ring = self.ring[-1:]
        elif number <= newest:
            return True, False
        else:
            key = unwrap(self._pod_key, self._who, number, given["box"])
            if key is None:
                return False, False
            self.ring = [self.ring[opened.key], [number, key]]
        self._use()
        return True, True

    def keep(self, teller):
        self.record.keep(teller)
