#!/usr/bin/env bash
# Build MicroPython with a ROM partition, for a pod whose program runs from flash (docs/pico.md).
#   tools/build_firmware.sh [pico_w] [pico2_w]
# Writes build/firmware/starlit-BOARD.uf2. Needs git, make, cmake, python3, gcc and
# gcc-arm-none-eabi with its newlib; no root.
# MICROPYTHON_SOURCE: where MicroPython comes from, instead of GitHub: the URL or folder of a git
# repository with the tag, or a folder with all of its sources, submodules too, which needs no network.
set -euo pipefail

TAG=v1.28.0
# What MicroPython's own build of these boards takes (make -C ports/rp2 BOARD=RPI_PICO_W submodules).
SUBMODULES=(lib/cyw43-driver lib/lwip lib/mbedtls lib/micropython-lib lib/pico-sdk
    lib/tinyusb)
GITHUB=https://github.com/micropython/micropython.git

repo=$(cd "$(dirname "$0")/.." && pwd)
cache=$repo/.cache/firmware
out=$repo/build/firmware
jobs=-j$(nproc)

say() { echo "firmware: $*"; }
fail() { say "$*" >&2; exit 2; }

run() { # log words...
    local log=$1
    shift
    "$@" >>"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "$1 failed: see ${log#"$repo/"}"; }
}

check_tools() {
    local tool
    for tool in git make cmake python3 gcc arm-none-eabi-gcc; do
        command -v "$tool" >/dev/null ||
            fail "no $tool; on Debian: apt install git make cmake python3 gcc g++ gcc-arm-none-eabi libnewlib-arm-none-eabi"
    done
}

get_source() { # sets $source
    source=${MICROPYTHON_SOURCE:-$GITHUB}
    [ -f "$source/ports/rp2/CMakeLists.txt" ] && return
    local clone=$cache/micropython log=$cache/fetch.log
    : >"$log"
    if [ "$(git -C "$clone" config remote.origin.url 2>/dev/null)" != "$source" ]; then
        say "fetching MicroPython $TAG"
        rm -rf "$clone"
        run "$log" git -c advice.detachedHead=false clone --depth 1 --branch "$TAG" "$source" "$clone"
    fi
    say "fetching its submodules"
    run "$log" git -C "$clone" submodule update --init --depth 1 "${SUBMODULES[@]}"
    source=$clone
}

build() { # board's name, board of ours, UF2 family, KB of flash before MicroPython's storage
    local name=$1 board=$2 family=$3 below_kb=$4
    local folder=$cache/$name log=$cache/$name.log rom size
    local words=(-DPICO_BUILD_DOCS=0 -DPICO_NO_PICOTOOL=1 "-DMICROPY_BOARD=$board"
        "-DMICROPY_BOARD_DIR=$repo/device/firmware/$board")
    : >"$log"
    say "$name: building (minutes; what it says is in ${log#"$repo/"})"
    run "$log" make -C "$source/mpy-cross" "$jobs"
    run "$log" cmake -S "$source/ports/rp2" -B "$folder" "${words[@]}"
    run "$log" make -C "$folder" "$jobs"
    rom=$(sed -n 's/.*MICROPY_HW_ROMFS_BYTES=\([0-9]*\).*/\1/p' "$repo/device/firmware/pod.cmake")
    size=$(wc -c <"$folder/firmware.bin")
    # The linker knows of neither: code that is too long would be overwritten.
    [ "$size" -le $((below_kb * 1024 - rom)) ] ||
        fail "$name: $size bytes of code, $((below_kb * 1024 - rom)) fit below ROM and storage; make the ROM smaller"
    mkdir -p "$out"
    run "$log" python3 "$source/tools/uf2conv.py" -c -b 0x10000000 -f "$family" \
        -o "$out/starlit-$name.uf2" "$folder/firmware.bin"
    say "$name: build/firmware/starlit-$name.uf2: $size bytes of code, $rom of ROM, $((below_kb * 1024 - rom - size)) left"
}

check_tools
mkdir -p "$cache"
get_source
[ $# -gt 0 ] || set -- pico_w pico2_w
for name; do
    case $name in
        # Families: the UF2 specification. Storage: MICROPY_HW_FLASH_STORAGE_BYTES of
        # ports/rp2/boards/RPI_PICO_W and RPI_PICO2_W, 848 KB of 2 MB and all but 1.5 MB of 4 MB.
        pico_w) build pico_w STARLIT_PICO_W 0xe48bff56 1200 ;;
        pico2_w) build pico2_w STARLIT_PICO2_W 0xe48bff59 1536 ;;
        *) fail "$name: give pico_w, pico2_w or both" ;;
    esac
done
