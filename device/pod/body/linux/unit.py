"""The systemd unit: its own user, the groups it needs, a system that it cannot write."""

from __future__ import annotations

from pathlib import Path

USER = "starlit-pod"
NAME = "starlit-pod.service"
GROUPS = ("gpio", "i2c", "spi", "audio")

_UNIT = """\
[Unit]
Description=Starlit Cottage pod
After=network.target sound.target
# Five failures in ten minutes: it stays down, and dark.
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=notify
ExecStart={start} run --config {config}
User={user}
Group={user}
SupplementaryGroups={groups}
# A start after a crash stays dark until a hand has pressed the button (SAFETY 7 and 8).
Restart=always
RestartSec=3
WatchdogSec=10
TimeoutStartSec=60
TimeoutStopSec=5
StateDirectory=starlit-pod
StateDirectoryMode=0700
UMask=0077

# It reads the system, and writes its own state only.
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
DevicePolicy=closed
DeviceAllow=char-gpiochip rw
DeviceAllow=char-i2c rw
DeviceAllow=char-spi rw
DeviceAllow=char-alsa rw
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
PrivateUsers=no
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
# The local network, and nothing beyond it (SAFETY 10). A broker elsewhere: systemctl edit.
IPAddressDeny=any
IPAddressAllow=localhost link-local multicast 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7
MemoryMax=160M
TasksMax=32

[Install]
WantedBy=multi-user.target
"""


def text(start: Path, config: Path, groups: tuple[str, ...] = GROUPS) -> str:
    return _UNIT.format(start=start, config=config, user=USER, groups=" ".join(groups))
