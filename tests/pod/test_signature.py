import pytest
from tests.pod.update_kit import modulus, private_key, signed

from pod.signature import verifies


def test_what_cryptography_signs_verifies():
    for message in (b"", b"a manifest", bytes(5000)):
        assert verifies(modulus(), signed(message), message)


@pytest.mark.parametrize("byte", [0, 1, 100, 255])
def test_one_changed_bit_does_not(byte):
    signature = bytearray(signed(b"a manifest"))
    signature[byte] ^= 1
    assert not verifies(modulus(), bytes(signature), b"a manifest")


def test_a_signature_of_another_length_or_beyond_the_modulus_does_not():
    signature = signed(b"m")
    assert not verifies(modulus(), b"\0" + signature, b"m")
    assert not verifies(modulus(), signature[1:], b"m")
    beyond = int.from_bytes(signature, "big") + modulus()
    if beyond < 1 << 2048:
        assert not verifies(modulus(), beyond.to_bytes(256, "big"), b"m")


def test_rubbish_after_the_digest_does_not():
    """As in forgeries against exponent 3 and parsers that stop reading."""
    numbers = private_key().private_numbers()
    good = pow(int.from_bytes(signed(b"m"), "big"), 65537, modulus()).to_bytes(256, "big")
    short = b"\x00\x01" + b"\xff" * 8 + good[good.index(b"\x00", 2) :]
    forged = short + bytes(256 - len(short))
    signature = pow(int.from_bytes(forged, "big"), numbers.d, modulus()).to_bytes(256, "big")
    assert not verifies(modulus(), signature, b"m")
