# Sourced: unpack Debian packages beside this system, with this machine's own apt and no root.

# This machine's own apt sources, both forms, with the release's name replaced, into $3.
_debian_sources() { # from to folder
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
        }' "$file" >>"$3/derived.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -r "$file" ] || continue
        awk -v RS= -v from="$1" -v to="$2" '
            (" " $0 "\n") ~ "Suites:[^\n]* " from "[ \n]" && /Components:[^\n]* main/ {
                sub(/Suites:[^\n]*/, "Suites: " to)
                print $0 "\n"
            }' "$file" >>"$3/derived.sources"
    done
}

# Packages with all that they need, from Debian 13 or newer. Maintainer scripts do not run.
debian_unpack() { # root work-folder log packages...
    local root=$1 apt=$2 log=$3 release from deb
    shift 3
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    from=${release/bookworm/trixie} # Debian 12 has neither of what is fetched this way
    rm -rf "$apt"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$root"
    _debian_sources "$release" "$from" "$apt"
    [ -s "$apt/derived.list" ] || [ -s "$apt/derived.sources" ] || return 1
    : >"$apt/status"
    # The machine's own apt settings (a proxy, say) stay; its hooks, which expect root, do not.
    # The empty status file makes apt resolve every library that is needed.
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
    apt-get -c "$apt/conf" -qq update >"$log" 2>&1 || true
    apt-get -c "$apt/conf" -qq -y --no-install-recommends --download-only install "$@" \
        >>"$log" 2>&1 || return 1
    # Debian 13 has /bin, /lib and so on as links into /usr.
    mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
    for deb in bin sbin lib lib64; do [ -e "$root/$deb" ] || ln -s "usr/$deb" "$root/$deb"; done
    for deb in "$apt"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" |
            tar -x -C "$root" --keep-directory-symlink --no-same-owner || return 1
    done
    rm -rf "$apt"
}
