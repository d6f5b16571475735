#!/usr/bin/env bash
# Have a kicad-cli of version 9: the system's own, or Debian 13's, unpacked (1.2 GB, a minute) into
#   ${XDG_CACHE_HOME:-~/.cache}/starlit/kicad/root
# where every clone finds it, and which schematics/circuit/kicad.py runs in a chroot. Needs no root.
# Says what it could not get and exits 0: make hardware and the tests decide what a gap means.
set -euo pipefail

repo=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/starlit/kicad
. "$repo/tools/debian.sh"

say() { echo "kicad: $*"; }
nine() { case "$("$@" version 2>/dev/null)" in 9.*) return 0 ;; *) return 1 ;; esac; }
enter() { # a command in the unpacked system
    if [ "$(id -u)" = 0 ]; then chroot "$@"; else unshare --user --map-root-user chroot "$@"; fi
}

for root in "$repo/.cache/kicad/root" "$cache/root"; do
    [ -d "$root" ] && nine enter "$root" kicad-cli && exit 0
done
nine kicad-cli && exit 0

say "fetching KiCad 9 into $cache (about a minute, once)"
mkdir -p "$cache"
rm -rf "$cache/root" "$cache/new"
# The checks start it by way of env and sh.
if debian_unpack "$cache/new" "$cache/apt" "$cache/apt.log" \
    kicad kicad-symbols kicad-footprints coreutils dash && nine enter "$cache/new" kicad-cli; then
    mkdir -p "$cache/new/tmp"
    mv "$cache/new" "$cache/root"
    say "$(enter "$cache/root" kicad-cli version) is ready"
else
    rm -rf "$cache/new" "$cache/apt"
    say "no KiCad 9 (see $cache/apt.log): install it, or use Debian 12 or newer"
fi
