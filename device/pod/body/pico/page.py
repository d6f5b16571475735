"""The set-up page, and what a browser sends of it."""

_PAGE = """<!doctype html><meta name=viewport content="width=device-width"><title>%s</title>
<style>body{font:18px sans-serif;max-width:24em;margin:2em auto;padding:0 1em;background:#14132a;
color:#f2e6c8}input,select,button{font:inherit;width:100%%;margin:.2em 0 1em;padding:.4em}
input[type=checkbox]{width:auto}</style><h1>%s</h1><p>%s</p><form method=post>
Wi-Fi name<input name=ssid maxlength=32 value="%s">
Wi-Fi password<input name=wifi_password type=password maxlength=63>
<label><input type=checkbox name=radio_at_night%s> Wi-Fi stays on at night</label><p>
For<select name=profile><option%s>child<option%s>adult</select>
Dawn<input name=dawn type=time value="%s">
<label><input type=checkbox name=share_heart%s> Friends may see my pulse</label><p>
<button>Keep</button></form>"""


def form(given, config, said):
    """HTML; `said`: a sentence above the form."""
    adult = config.profile == "adult"
    return _PAGE % (
        given.pod, given.pod, _escape(said), _escape(given.ssid or ""),
        _if(given.radio_at_night, " checked"), _if(not adult, " selected"), _if(adult, " selected"),
        config.dawn or "", _if(config.share_heart, " checked"),
    )  # fmt: skip


def _if(flag, text):
    return text if flag else ""


def _escape(text):
    for mark, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(mark, name)
    return text


def fields(body):
    """name -> text of a form's bytes (application/x-www-form-urlencoded). ValueError."""
    found = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        found[_decode(name)] = _decode(value)
    return found


def _decode(data):
    first, *parts = data.replace(b"+", b" ").split(b"%")
    text = bytearray(first)
    for part in parts:
        text.append(int(part[:2], 16))
        text.extend(part[2:])
    return bytes(text).decode()
