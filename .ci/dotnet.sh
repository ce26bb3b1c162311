# Sourced by ./tern and ./test ($root is the repository): finds a .NET 10 SDK, or says how to get one; tern_build builds once at a time.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# The SDK and NuGet write below HOME. Where that is missing or someone else's, they get a home of their own.
tern_home_is_usable() {
    [ -n "${HOME:-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ] || return 1
    for folder in .nuget .nuget/packages .dotnet .local .local/share .local/share/NuGet; do
        if [ -e "$HOME/$folder" ] && [ ! -w "$HOME/$folder" ]; then return 1; fi
    done
}
tern_has_sdk() { "$1" --list-sdks 2>/dev/null | grep -q '^10\.'; }

tern_local_sdk=${HOME:-}/.dotnet
if ! tern_home_is_usable; then
    HOME=${TMPDIR:-/tmp}/tern-home-$(id -u)
    mkdir -p -m 700 "$HOME"
    export HOME
fi
if ! { command -v dotnet >/dev/null 2>&1 && tern_has_sdk dotnet; }; then
    if [ -x "$tern_local_sdk/dotnet" ] && tern_has_sdk "$tern_local_sdk/dotnet"; then
        PATH="$tern_local_sdk:$PATH" DOTNET_ROOT=$tern_local_sdk
        export PATH DOTNET_ROOT
    else
        if [ "$(id -u)" = 0 ]; then as=; else as="sudo "; fi
        if [ "$(uname -s)" = Darwin ]; then how="brew install --cask dotnet-sdk"
        elif command -v apt-get >/dev/null 2>&1 && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then how="${as}apt-get install -y dotnet-sdk-10.0"
        elif command -v dnf >/dev/null 2>&1; then how="${as}dnf install -y dotnet-sdk-10.0"
        elif command -v apk >/dev/null 2>&1; then how="${as}apk add dotnet10-sdk"
        elif command -v pacman >/dev/null 2>&1; then how="${as}pacman -S --noconfirm dotnet-sdk"
        elif command -v curl >/dev/null 2>&1; then how="curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
        else how="wget -qO- https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
        fi
        echo "Tern needs the .NET 10 SDK, which is not on this machine. Install it with:  $how" >&2
        exit 1
    fi
fi

program="$root/artifacts/bin/Tern.Cli/release/tern.dll"
stamp="$root/artifacts/tern.built"

# The program is built, and nothing was changed, added or removed since.
tern_is_fresh() {
    [ -f "$program" ] && [ -f "$stamp" ] || return 1
    [ -z "$(find "$root/src" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/global.json" -newer "$stamp" -print -quit)" ]
}

# tern_build PROJECT [--if-stale]: builds it, and with it the program, in Release. One build at a time; others wait. Output is shown on failure.
tern_build() {
    mkdir -p "$root/artifacts" 2>/dev/null || true
    if [ ! -w "$root/artifacts" ]; then
        echo "Cannot build: $root/artifacts is not writable for $(id -un); use a clone of your own." >&2
        exit 1
    fi
    (
        if command -v flock >/dev/null 2>&1; then flock 9; fi
        if [ "${2:-}" = --if-stale ] && tern_is_fresh; then exit 0; fi
        echo "Building (the first time also restores packages, libtorch among them) ..." >&2
        # The stamp is from before the build: what changes while it runs is newer.
        touch "$root/artifacts/building"
        if ! MSBUILDDISABLENODEREUSE=1 dotnet build "$root/$1" -c Release -v quiet --nologo > "$root/artifacts/build.log" 2>&1 9>&-; then
            cat "$root/artifacts/build.log" >&2
            echo "The build failed; the compiler's words are above and in $root/artifacts/build.log." >&2
            exit 1
        fi
        mv "$root/artifacts/building" "$stamp"
    ) 9>"$root/artifacts/build.lock" || exit 1
}
