"""`starlit flash`."""

import json
import os
import stat
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starlit.cli.options import Cottage
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE

if TYPE_CHECKING:
    from starlit.flash.flow import Wanted

_WIFI = {"ssid": 32, "wifi_password": 63}  # the longest that IEEE 802.11 and WPA2 know


def flash_command(
    uf2: Annotated[
        Path | None,
        typer.Option("--uf2", metavar="FILE", help="MicroPython 1.27 or newer for a Pico W."),
    ] = None,
    port: Annotated[
        str | None, typer.Option(metavar="PORT", help="Of the board. [the only one there is]")
    ] = None,
    pod: Annotated[
        str | None, typer.Option("--pod", metavar="NAME", help="Of a new pod of this cottage.")
    ] = None,
    provision: Annotated[
        Path | None,
        typer.Option("--provision", metavar="FILE", help="Of `starlit pod add`, instead of --pod."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(metavar="HOST", help="Where the pod finds the broker. [as `up --listen`]"),
    ] = None,
    wifi: Annotated[
        str | None,
        typer.Option("--wifi", metavar="SSID", help="Its network; the password is asked for."),
    ] = None,
    wifi_file: Annotated[
        Path | None,
        typer.Option("--wifi-file", metavar="FILE", help="JSON with ssid and wifi_password."),
    ] = None,
    update_key: Annotated[
        Path | None,
        typer.Option("--update-key", metavar="FILE", help="The .pub of `starlit update key`."),
    ] = None,
    mip: Annotated[
        Path | None,
        typer.Option(
            "--mip", envvar="STARLIT_MIP", metavar="DIR", help="A folder of micropython-mqtt."
        ),
    ] = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="First remove every file on the board.")
    ] = False,
    test: Annotated[bool, typer.Option(help="Let the board try its parts at the end.")] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look, check and tell; change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Make a pod of a Pico W: MicroPython, the program, its credential, a first self-test.

    Without --pod and --provision, who the pod is stays as it is.
    """
    from starlit.flash.find import this_computer
    from starlit.flash.flow import Flashing, Wanted
    from starlit.flash.uf2 import read_uf2
    from starlit.views.steps import Steps

    wanted = Wanted(
        image=read_uf2(uf2) if uf2 else None, port=port, mip=mip, erase=erase, test=test
    )
    _who(wanted, cottage, pod, provision, host)
    if update_key is not None:
        from starlit.update.keys import read_public

        wanted.update_key = read_public(update_key)
    with Steps(as_json) as steps:
        flashing = Flashing(wanted, this_computer(), steps)
        plan = flashing.plan()
        if not dry_run:
            wanted.wifi = _wifi(wifi, wifi_file, wanted.give is not None)
            told = flashing.run()
    if dry_run:
        print(json.dumps({"plan": plan}) if as_json else "\n".join(f"would {p}" for p in plan))
    else:
        _tell(told, as_json)


def _tell(told: Any, as_json: bool) -> None:
    from starlit.views.parts import failed, print_lines

    if as_json:
        print(json.dumps(asdict(told), indent=2))
    else:
        print(f"{told.board}, MicroPython {told.micropython}: {told.bytes:,} bytes in slot "
              f"{told.slot}")  # fmt: skip
        print(from_where(told))
        if told.parts:
            print_lines(told.pod or told.port, told.parts)
        if told.pod:
            print(f"next: hold the button of {told.pod} for 1 s, then `starlit doctor --pod ID`")
    if told.parts and failed(told.parts):
        raise typer.Exit(1)


def from_where(told: Any) -> str:
    free = f"{told.memory.free_bytes >> 10} KB free before it is loaded"
    if told.memory.from_flash:
        return f"the program runs from flash: {free}"
    if "RP2040" not in told.board:
        return f"the program runs from memory: {free}"
    return (
        f"the program runs from memory, which is short on a Pico W ({free}): give the board "
        "firmware with a ROM partition, see docs/pico.md"
    )


def _who(
    wanted: "Wanted", cottage: str, pod: str | None, file: Path | None, host: str | None
) -> None:
    """How the credential is made; nothing is made yet."""
    from starlit.trust.provision import read_provision

    if pod is not None and file is not None:
        raise UserError("--pod and --provision: give one of them")
    if file is not None:
        given = read_provision(file)
        wanted.give = lambda: given
    elif pod is not None:
        from starlit.flash.install import check_new, new_credential

        check_new(cottage, pod)
        wanted.give = lambda: new_credential(cottage, pod, host)


def _wifi(ssid: str | None, file: Path | None, needed: bool) -> dict[str, str]:
    """ssid and wifi_password; the password from a hand or a private file, never from the command
    line, and never shown."""
    if file is not None:
        return _checked(_from_file(file), str(file))
    if ssid is None and not needed:
        return {}
    if not sys.stdin.isatty():
        raise UserError("nobody is here to type the Wi-Fi password: put it in a --wifi-file")
    if ssid is None:
        ssid = typer.prompt("Wi-Fi network of the pod", err=True)
    password = typer.prompt(
        f"password of {ssid}", hide_input=True, default="", show_default=False, err=True
    )
    return _checked({"ssid": ssid, "wifi_password": password}, "Wi-Fi")


def _from_file(path: Path) -> Any:
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise UserError(f"{path}: others can read it; chmod 600 {path}")
            return json.load(file)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no JSON"
        raise UserError(f"{path}: {why}; write {{\"ssid\": ..., \"wifi_password\": ...}}") from None


def _checked(given: Any, where: str) -> dict[str, str]:
    for name, most in _WIFI.items():
        value = given.get(name) if isinstance(given, dict) else None
        if not isinstance(value, str) or len(value.encode()) > most:
            raise UserError(f"{where}: {name} is to be a text of at most {most} bytes")
    if not given["ssid"] or 0 < len(given["wifi_password"]) < 8:
        raise UserError(f"{where}: a network has a name, and a password of 8 to 63 or none")
    return {name: given[name] for name in _WIFI}
