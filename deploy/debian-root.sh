#!/usr/bin/env bash
# Executes the Dockerfile in an empty Debian root, where there is no Docker engine, and serves from it as a container:
#
#   deploy/debian-root.sh ARTIFACTS        (as root; needs debootstrap, util-linux, iproute2, procps and Python 3)
#
# debootstrap makes the base; deploy/dockerfile.py reads the Dockerfile; each instruction is carried out below. The server
# then runs as the Dockerfile's user on a read-only root, in namespaces of its own without any network, with no capability,
# as process 1; it is asked for its health, for a search and for a page, and stopped by SIGTERM. Nothing is left behind.
set -euo pipefail

REPOSITORY=$(cd "$(dirname "$0")/.." && pwd)
SUITE=bookworm MIRROR=${MIRROR:-http://deb.debian.org/debian}
say() { printf '\n== %s\n' "$*"; }
mib() { du -sm --one-file-system "$@" | tail -1 | cut -f1; }

if [ "${1:-}" != --inside ]; then
    refuse() { echo "$*" >&2; exit 2; }
    [ $# = 1 ] && [ -d "$1/versions" ] || refuse "Usage: deploy/debian-root.sh ARTIFACTS (a folder that holds versions/)"
    [ "$(id -u)" = 0 ] || refuse "This needs root: it makes devices, mounts and namespaces."
    for tool in debootstrap unshare nsenter setpriv ip pgrep python3; do
        command -v "$tool" >/dev/null ||
            refuse "There is no $tool here. Run: apt-get install debootstrap util-linux iproute2 procps python3"
    done
    work=$(mktemp -d "${TMPDIR:-/tmp}/debian-root.XXXXXX")
    # Every mount is made in a namespace that ends with its processes, so what is removed holds none.
    trap 'rm -rf --one-file-system "$work"; [ ! -e "$work" ] && echo "Removed $work."' EXIT
    unshare --mount --pid --fork --kill-child --mount-proc bash "$0" --inside "$work" "$(realpath "$1")"
    exit
fi

work=$2 artifacts=$3
root='' user='' directory=/ environment=() command=() health=() volumes=()

# What lets pip reach the registries of this machine, for the build only: its configuration and certificates as copies below
# /run/registry, its folders mounted read-only. Nothing that a step does can reach back into this machine.
registry=() lent=()
while IFS= read -r path; do
    if [ -d "$path" ]; then lent+=("$path"); fi
done < <(python3 -m pip config list 2>/dev/null | grep -oE "(file://)?/[^ ']+" | sed 's|file://||; s|/simple$||' | sort -u)
while IFS= read -r line; do
    registry+=("$line")
done < <(env | grep -iE '^(https?_proxy|no_proxy|pip_find_links|pip_default_timeout)=' || true)
if [ -e /etc/pip.conf ]; then registry+=(PIP_CONFIG_FILE=/run/registry/pip.conf); fi
bundle=/etc/ssl/certs/ca-certificates.crt
if [ -e $bundle ]; then registry+=(PIP_CERT=/run/registry/ca-certificates.crt); fi

lend() {
    mkdir -p "$root/run/registry"
    for path in /etc/pip.conf $bundle; do [ ! -e "$path" ] || cp -L "$path" "$root/run/registry/"; done
    for path in "${lent[@]}"; do mkdir -p "$root$path" && mount -o bind,ro "$path" "$root$path"; done
    mount -t proc proc "$root/proc"
}

finish() { # take back what was lent to the stage that is done
    if [ -n "$root" ]; then
        for path in "${lent[@]}" /proc; do umount "$root$path"; done
        for path in "${lent[@]}"; do rmdir -p --ignore-fail-on-non-empty "$root$path"; done
        rm -r "$root/run/registry"
        say "Stage ${root##*/}: $(mib "$root") MiB"
    fi
}

# The instructions, by their names.
FROM() {
    finish
    [ "$1" = debian:$SUITE-slim ] || { echo "The base $1 cannot be made here." >&2; exit 1; }
    root=$work/${2:-image} user='' directory=/ environment=()
    cp -a "$work/base" "$root"
    lend
}
RUN() {
    say "RUN $(tr -s ' ' <<<"$1")"
    chroot "$root" env -i --chdir="$directory" HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        DEBIAN_FRONTEND=noninteractive "${registry[@]}" "${environment[@]}" /bin/sh -c "$1"
}
COPY() {
    local from=$REPOSITORY target=${*: -1} source
    say "COPY ${*:1}"
    if [ -n "$1" ]; then from=$work/$1; fi
    case $target in /*) ;; *) target=$directory/$target ;; esac
    for source in "${@:2:$#-2}"; do
        if [ -d "$from/$source" ]; then
            mkdir -p "$root$target"
            # Without __pycache__ of the repository, as .dockerignore has it.
            if [ -n "$1" ]; then cp -a "$from/$source/." "$root$target"; else
                tar -C "$from/$source" --exclude=__pycache__ -c . | tar -C "$root$target" -x --no-same-owner; fi
        else
            install -D -m 644 "$from/$source" "$root$target"
        fi
    done
}
WORKDIR() { directory=$1; mkdir -p "$root$1"; }
ENV() { environment+=("$1=$2"); }
USER() { user=$1; }
VOLUME() { volumes=("$@"); }
HEALTHCHECK() { health=("$@"); }
CMD() { command=("$@"); }
LABEL() { :; }
EXPOSE() { :; }

say "debootstrap --variant=minbase $SUITE"
debootstrap --variant=minbase "$SUITE" "$work/base" "$MIRROR" >"$work/debootstrap.log" || { tail "$work/debootstrap.log" >&2; exit 1; }
# What makes the Debian image of a registry slim: no documentation, no translations, no caches of apt.
cat >"$work/base/etc/dpkg/dpkg.cfg.d/slim" <<END
path-exclude /usr/share/doc/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
END
echo 'Dir::Cache { pkgcache ""; srcpkgcache ""; archives ""; }' >"$work/base/etc/apt/apt.conf.d/slim"
rm -rf "$work"/base/usr/share/{doc,info,locale,man}/* "$work"/base/var/{cache/apt,lib/apt/lists}/*
cat >"$work/base/etc/apt/sources.list" <<END
deb $MIRROR $SUITE main
deb $MIRROR $SUITE-updates main
deb $MIRROR-security $SUITE-security main
END
say "Base: $(mib "$work/base") MiB"

steps=$(python3 "$REPOSITORY/deploy/dockerfile.py" "$REPOSITORY/Dockerfile")
while IFS= read -r line <&3; do eval "$line" </dev/null; done 3<<<"$steps"
finish
say "The image: $(mib "$root") MiB ($(($(du -s --block-size=1 --one-file-system "$root" | cut -f1) / 1000000)) MB), of which"
(cd "$root" && du -sm opt/venv app usr var | sort -rn)
(cd "$root"/opt/venv/lib/python3*/site-packages && du -sm -- * | sort -rn | head -12)

# As `docker run --read-only --network none --cap-drop ALL --security-opt no-new-privileges -v ARTIFACTS:/artifacts:ro` does.
say "Serving as $user on a read-only root"
mount --bind "$root" "$root"
for path in "${volumes[@]}"; do mount -t tmpfs -o "$(stat -c 'mode=%a,uid=%u,gid=%g' "$root$path")" tmpfs "$root$path"; done
mount --bind "$artifacts" "$root/artifacts"
mount -o remount,bind,ro "$root/artifacts"
mount -o remount,bind,ro "$root"
: >"$work/net"
unshare --net="$work/net" ip link set lo up
confined=(
    nsenter --net="$work/net" chroot "$root" setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups
    --no-new-privs --bounding-set=-all --inh-caps=-all env -i --chdir="$directory" "${environment[@]}"
)
as_user() { "${confined[@]}" "$@"; }
began=$(date +%s%N)
# Each of these words ends in exec, so the server is process 1 of its namespace, as it is in a container.
unshare --pid --fork --kill-child --mount-proc="$root/proc" "${confined[@]}" "${command[@]}" >"$work/server.log" 2>&1 &
shell=$!
fail() { echo "FAILED: $*" >&2; cat "$work/server.log" >&2; exit 1; }
for attempt in $(seq 120); do
    if as_user "${health[@]}" 2>/dev/null; then break; fi
    kill -0 $shell 2>/dev/null && [ "$attempt" != 120 ] || fail "the server did not become healthy"
    sleep 0.25
done
echo "Healthy after $((($(date +%s%N) - began) / 1000000)) ms, by the Dockerfile's own check"
server=$(pgrep -P $shell)
say_status() { awk -v name="$1:" '$1 == name {print $NF}' "/proc/$server/status"; }
echo "Process $(say_status NSpid) of its namespace, user $(say_status Uid), group $(say_status Gid), capabilities $(say_status CapEff)" \
    "of $(say_status CapBnd), no new privileges $(say_status NoNewPrivs)"
for path in /app /opt/venv /artifacts /etc /; do
    as_user sh -c "touch $path/written 2>/dev/null" && fail "$path can be written"
done
as_user sh -c 'touch /tmp/written /cache/written' || fail "/tmp and /cache cannot be written"
echo "Neither /, /app, /opt/venv, /etc nor /artifacts can be written; /tmp and /cache can"
as_user python - <"$REPOSITORY/deploy/ask.py" || fail "it does not answer"
echo "Resident: $(($(awk '/VmRSS/ {print $2}' "/proc/$server/status") / 1024)) MiB"
began=$(date +%s%N)
kill -TERM "$server"
status=0; wait $shell || status=$?
echo "Stopped by SIGTERM in $((($(date +%s%N) - began) / 1000000)) ms, status $status"
say "What the server logged"
cat "$work/server.log"
