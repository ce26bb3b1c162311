#!/bin/sh
# Installs what tests need beyond the SDK: NativeAOT links with clang or gcc and needs zlib's headers.
set -eu
missing=
if ! command -v clang >/dev/null 2>&1 && ! command -v gcc >/dev/null 2>&1; then missing="gcc libc6-dev"; fi
if [ ! -f /usr/include/zlib.h ]; then missing="$missing zlib1g-dev"; fi
if [ -z "$missing" ]; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed, as there is no apt-get here:$missing; tests that compile ahead of time will be skipped." >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then as=; else as="sudo -n"; fi
echo "Installing $missing ..."
# Another apt may be at work (a fresh cloud machine updates itself): wait for its lock.
if ! $as apt-get -o DPkg::Lock::Timeout=300 update -q >/dev/null || ! $as env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends $missing >/dev/null; then
    echo "Could not install $missing; tests that compile ahead of time will be skipped." >&2
fi
