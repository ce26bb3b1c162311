#!/bin/sh
# Installs what tests need beyond the SDK: NativeAOT links with clang or gcc and needs zlib's headers; exported C is built
# with the compilers of microcontrollers and run in their simulators.
set -eu
missing=
if ! command -v clang >/dev/null 2>&1 && ! command -v gcc >/dev/null 2>&1; then missing="gcc libc6-dev"; fi
if [ ! -f /usr/include/zlib.h ]; then missing="$missing zlib1g-dev"; fi
# exports are compiled by gcc itself, with its sanitizers
if ! command -v gcc >/dev/null 2>&1; then missing="$missing gcc libc6-dev"; fi
if ! command -v avr-gcc >/dev/null 2>&1; then missing="$missing gcc-avr avr-libc"; fi
if [ ! -f /usr/include/simavr/sim_avr.h ]; then missing="$missing simavr libsimavr-dev"; fi
if [ ! -f /usr/include/libelf.h ]; then missing="$missing libelf-dev"; fi
if ! command -v arm-none-eabi-gcc >/dev/null 2>&1; then missing="$missing gcc-arm-none-eabi libnewlib-arm-none-eabi"; fi
if ! command -v qemu-system-arm >/dev/null 2>&1; then missing="$missing qemu-system-arm"; fi
if [ -z "$missing" ]; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed, as there is no apt-get here:$missing; tests that need it will be skipped." >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then as=; else as="sudo -n"; fi
echo "Installing $missing ..."
# Another apt may be at work (a fresh cloud machine updates itself): wait for its lock.
if ! $as apt-get -o DPkg::Lock::Timeout=300 update -q >/dev/null || ! $as env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends $missing >/dev/null; then
    echo "Could not install $missing; tests that need it will be skipped." >&2
fi
