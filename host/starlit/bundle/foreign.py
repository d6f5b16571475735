"""Attributes of objects that are not ours: a name that stands here keeps what it is called.

A call `x.read()` does not say whether `x` is a file or a driver of ours. So whatever MicroPython's
types, its modules for boards, or libraries on the pod have is never shortened, ours included.
"""

from array import array
from types import CodeType, FunctionType, GeneratorType, ModuleType

_TYPES = (
    int, float, str, bytes, bytearray, list, dict, set, frozenset, tuple, range, memoryview, array,
    object, type, BaseException, OSError, StopIteration, UnicodeError, SystemExit, FunctionType,
    GeneratorType, ModuleType, CodeType,
)  # fmt: skip

# Objects that a module makes: machine, rp2, network, asyncio, files, sockets, hashes, time, vfs;
# mqtt_as. From MicroPython's documentation, 1.28.
_OBJECTS = """
    acquire active addr any atten baudrate bits bytes calibration callback cancel cancelled chunk
    clear client close config connect connected connection connection_type contrast coro cur_task
    current_task data datetime deinit digest direction disconnect dns_resolve drain drive duty
    duty_ns duty_u16 down event exec exit feed fileno fill fill_buffer flush format freq from_bytes
    full get get_extra_info get_nowait getsockname hard hexdigest high id ifconfig info init ioctl
    ipconfig irq is_set isconnected key key_pressed keepalive length level listen load low makefile
    max_size mode mount name newline nonblocking now off on on_pull open package parse ping pixel
    pixels port power pub_iface publish put put_nowait put_pixel qsize queue rang read read_u16
    read_uv readblocks readexactly readfrom readfrom_into readfrom_mem readfrom_mem_into readinto
    readline ready readv recv recv_into recvfrom register release remove rename reset resolution
    restart resume run run_until_complete rx_fifo save scan schedule seek send sendall sendbreak
    sendto server set set_callback set_exception_handler setblocking setsockopt settimeout shared
    shutdown shift sleep sm socket start state stat status stop stop_stream subscribe supply task
    tell time timeout to_bytes toggle touch transmit trigger tx_fifo txdone umount unregister
    unsubscribe up update value voltage wait wait_closed wake width write write_readinto
    writeblocks writeto writeto_mem writevto write_timeout ap_if ssid pswd wifi broker will topic
    broker_up has_connected wan_ok got_ip response side delay
"""

NAMES = frozenset(name for kind in _TYPES for name in dir(kind)) | frozenset(_OBJECTS.split())
