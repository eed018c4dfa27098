#!/usr/bin/env bash
# Makes everything a release consists of in artifacts/release, and runs each artefact that this machine can run on a clean
# home. Twice the same sources give the same bytes: times come from the last commit, orders are fixed.
#   tools/release/release.sh          all artefacts
#   tools/release/release.sh --twice  makes them a second time elsewhere and compares
set -euo pipefail
cd "$(dirname "$0")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 CI=true
project=src/CodexProxy/CodexProxy.csproj
version="$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)"
stamp="@$(git log -1 --format=%ct)"

# Each form is built from nothing in a folder of its own: what another build left, made with other settings, would be taken over.
build() {
  local folder="$PWD/artifacts/release-build/$1" verb="$2"
  shift 2
  rm -rf "$folder"
  dotnet "$verb" "$project" -p:ArtifactsPath="$folder" "$@" -v quiet
  rm -rf "$folder"
}

# Same names, owners, rights and times whoever packs.
pack() {
  local folder="$1" archive="$2"
  tar --mode=u=rwX,go=rX --sort=name --mtime="$stamp" --owner=0 --group=0 --numeric-owner -C "$folder" -cf - . | gzip -n -9 >"$archive"
}

make_all() {
  local out="$1" work
  work="$(mktemp -d)"
  rm -rf "$out"
  mkdir -p "$out"
  for rid in linux-x64 win-x64; do
    build "$rid" publish -r "$rid" -p:PublishProfile=SingleFile -o "$work/$rid"
    cp LICENSE THIRD-PARTY-NOTICES.md "$work/$rid/"
    pack "$work/$rid" "$out/codex-proxy-$version-$rid.tar.gz"
  done
  build portable publish -p:PublishProfile=Portable -o "$work/portable"
  cp LICENSE THIRD-PARTY-NOTICES.md "$work/portable/"
  pack "$work/portable" "$out/codex-proxy-$version-portable.tar.gz"
  # The sources of one generator come in another order each time; without symbols, as the other forms, that does not show.
  build tool pack -c Release -p:DebugType=none -o "$work/tool"
  node tools/release/stamp.mjs "$work"/tool/*.nupkg "${stamp#@}"
  cp "$work"/tool/*.nupkg "$out/"
  node tools/release/sbom.mjs "$work/portable" "$version" >"$out/codex-proxy-$version.cdx.json"
  (cd "$out" && sha256sum -- * >SHA256SUMS)
  rm -rf "$work"
}

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

# The demo does the main job and needs no account; it fails when a single event is missing. The server shows that the database
# library and the page are there; uninstall, that nothing is left.
try_out() {
  local name="$1" home
  shift
  home="$(mktemp -d)"
  run() {
    env -u DOTNET_BUNDLE_EXTRACT_BASE_DIR HOME="$home" CODEX_PROXY_HOME="$home/state" CODEX_HOME="$home/codex" "$@" >>"$home.log" 2>&1 || {
      cat "$home.log" >&2
      fail "$name: ${*:$#}"
    }
  }
  run "$@" --version
  [ "$(head -1 "$home.log")" = "$version" ] || fail "$name does not say version $version"
  run "$@" demo
  run "$@" start --background --port 0
  run "$@" status --server
  [ -s "$home/state/usage.db" ] || fail "$name keeps no history"
  address="$(sed -n 's:.*\(http\://127[0-9.]*\:[0-9]*\).*:\1:p' "$home.log" | tail -1)"
  curl --silent --fail --header 'accept: text/html' "$address/" | grep -q '<title>' || fail "$name has no page at $address"
  run "$@" uninstall --yes
  [ -z "$(ls -A "$home")" ] || fail "$name leaves $(ls -A "$home")"
  rm -rf "$home" "$home.log"
  echo "ok: $name"
}

try_all() {
  local out="$1" work
  work="$(mktemp -d)"
  (cd "$out" && sha256sum --check --quiet SHA256SUMS)
  mkdir "$work/linux" "$work/portable"
  tar -xzf "$out/codex-proxy-$version-linux-x64.tar.gz" -C "$work/linux"
  tar -xzf "$out/codex-proxy-$version-portable.tar.gz" -C "$work/portable"
  dotnet tool install codex-proxy --version "$version" --add-source "$PWD/$out" --tool-path "$work/tool" >/dev/null
  try_out "linux-x64 single file" "$work/linux/codex-proxy"
  try_out "portable" dotnet "$work/portable/codex-proxy.dll"
  try_out "dotnet tool" "$work/tool/codex-proxy"
  rm -rf "$work"
}

make_all artifacts/release
try_all artifacts/release
if [ "${1:-}" = --twice ]; then
  make_all artifacts/release-again
  diff artifacts/release/SHA256SUMS artifacts/release-again/SHA256SUMS
  echo "ok: the same bytes twice"
fi
ls -l artifacts/release
