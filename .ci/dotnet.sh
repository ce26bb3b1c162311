# Sourced by ./tern and ./test: makes sure that a .NET 10 SDK is there, or says how to get it.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
[ -n "${HOME:-}" ] && [ -w "$HOME" ] || export DOTNET_CLI_HOME="${TMPDIR:-/tmp}"
if ! command -v dotnet >/dev/null 2>&1 && [ -x "${HOME:-}/.dotnet/dotnet" ]; then PATH="$HOME/.dotnet:$PATH"; export PATH; fi
if ! { command -v dotnet >/dev/null 2>&1 && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; }; then
    if [ "$(uname -s)" = Darwin ]; then how="brew install --cask dotnet-sdk"
    elif command -v apt-get >/dev/null 2>&1 && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then how="sudo apt-get install -y dotnet-sdk-10.0"
    elif command -v dnf >/dev/null 2>&1; then how="sudo dnf install -y dotnet-sdk-10.0"
    elif command -v apk >/dev/null 2>&1; then how="sudo apk add dotnet10-sdk"
    elif command -v pacman >/dev/null 2>&1; then how="sudo pacman -S dotnet-sdk"
    else how="curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
    fi
    echo "Tern needs the .NET 10 SDK, which is not on this machine. Install it with:  $how" >&2
    exit 1
fi
