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

# This machine's own apt sources, both forms, with the release's name replaced.
sources_for() { # from to
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -r "$file" ] || continue
        awk -v from="$1" -v to="$2" '$1 == "deb" {
            for (i = 2; i <= NF; i++)
                if ($i == from && $(i + 1) == "main") {
                    $i = to
                    print
                    next
                }
        }' "$file" >>"$apt/derived.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -r "$file" ] || continue
        awk -v RS= -v from="$1" -v to="$2" '
            (" " $0 "\n") ~ "Suites:[^\n]* " from "[ \n]" && /Components:[^\n]* main/ {
                sub(/Suites:[^\n]*/, "Suites: " to)
                print $0 "\n"
            }' "$file" >>"$apt/derived.sources"
    done
}

unpacked() { # the unix port out of the archive, unpacked beside this system and not into it
    local release from apt=$cache/apt root=$cache/root loader deb
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    from=${release/bookworm/trixie} # Debian 12 does not have it yet
    rm -rf "$apt" "$root"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$root"
    sources_for "$release" "$from"
    [ -s "$apt/derived.list" ] || [ -s "$apt/derived.sources" ] || return 1
    say "fetching the unix port of MicroPython from $from (about half a minute, once)"
    : >"$apt/status"
    # The machine's own apt settings (a proxy, say) stay; its hooks, which expect root, do not.
    # The empty status file makes apt resolve every library the interpreter needs.
    cat >"$apt/conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::State::extended_states "$apt/extended_states";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
APT::Sandbox::User "root";
APT::Keep-Downloaded-Packages "true";
Acquire::Languages "none";
Acquire::Retries "1";
Debug::NoLocking "true";
CONF
    # An update may fail for a third party's source that has no such release: the download decides.
    apt-get -c "$apt/conf" -qq update >"$cache/apt.log" 2>&1 || true
    apt-get -c "$apt/conf" -qq -y --no-install-recommends --download-only install micropython \
        >>"$cache/apt.log" 2>&1 || { say "apt could not: see .cache/micropython/apt.log"; return 1; }
    for deb in "$apt"/archives/*.deb; do dpkg -x "$deb" "$root"; done
    rm -rf "$apt"
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
