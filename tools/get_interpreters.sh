#!/usr/bin/env bash
# Bring the two MicroPython interpreters that the tests run the pod on into .cache/micropython:
#   micropython   a wrapper around the unix port
#   wasm/         npm's WebAssembly build, for Node
# Needs no root. Says what it could not get and exits 0: the tests decide what a gap means.
set -euo pipefail

WASM_PACKAGE=@micropython/micropython-webassembly-pyscript
WASM_VERSION=1.28.0-6

repo=$(cd "$(dirname "$0")/.." && pwd)
cache=$repo/.cache/micropython
mkdir -p "$cache"
. "$repo/tools/debian.sh"

say() { echo "interpreters: $*"; }
works() { [ "$("$1" -c 'import sys; print(sys.implementation.name)' 2>/dev/null)" = micropython ]; }

write_wrapper() { # the command that starts the interpreter, with $here as the wrapper's folder
    cat >"$cache/micropython" <<WRAPPER
#!/bin/sh
here=\$(dirname "\$(readlink -f "\$0")")
exec $1 "\$@"
WRAPPER
    chmod +x "$cache/micropython"
}

unpacked() { # the unix port out of the archive, unpacked beside this system and not into it
    local root=$cache/root loader
    rm -rf "$root"
    say "fetching the unix port of MicroPython (about half a minute, once)"
    debian_unpack "$root" "$cache/apt" "$cache/apt.log" micropython ||
        { say "apt could not: see .cache/micropython/apt.log"; return 1; }
    loader=$(find "$root/usr/lib" -name 'ld-linux*.so.*' -type f | head -n 1)
    write_wrapper "\"\$here/${loader#"$cache/"}\" --library-path \\
    \"\$here/$(dirname "${loader#"$cache/"}")\" \"\$here/root/usr/bin/micropython\""
}

get_unix() {
    local found
    works "$cache/micropython" && return
    rm -f "$cache/micropython"
    if found=$(command -v micropython) && works "$found"; then
        write_wrapper "$found"
    else
        unpacked || true
    fi
    works "$cache/micropython" || {
        rm -f "$cache/micropython"
        say "no unix port of MicroPython (apt install micropython, where the release has it)"
    }
}

get_wasm() {
    local wasm=$cache/wasm
    if [ -f "$wasm/micropython.mjs" ] && grep -qF "\"$WASM_VERSION\"" "$wasm/package.json"; then
        return
    fi
    rm -rf "$wasm"
    command -v node >/dev/null && command -v npm >/dev/null || {
        say "no WebAssembly build of MicroPython (apt install nodejs npm)"
        return
    }
    say "fetching the WebAssembly build of MicroPython"
    mkdir "$wasm"
    (cd "$wasm" && npm pack --silent "$WASM_PACKAGE@$WASM_VERSION" >"$cache/npm.log" 2>&1 &&
        tar -xzf ./*.tgz --strip-components 1 && rm ./*.tgz) || {
        rm -rf "$wasm"
        say "npm could not: see .cache/micropython/npm.log"
    }
}

get_unix
get_wasm
