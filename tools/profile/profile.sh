#!/usr/bin/env bash
# Renews methods.txt, the list of what the single file compiles ahead: runs a built single file with nothing compiled ahead, in the
# foreground, through the demonstration with requests of each protocol, and through the commands of every day, and writes down
# what the runtime compiled. Names that no longer exist do no harm, and code that is not named is compiled when it runs; so this is
# only for the start's sake.
#   tools/profile/profile.sh PROGRAM
set -euo pipefail
program="$(realpath "$1")"
cd "$(dirname "$0")"

work="$(mktemp -d)"
export HOME="$work/home" CODEX_PROXY_HOME="$work/state" CODEX_HOME="$work/codex" DOTNET_ReadyToRun=0 DOTNET_TieredPGO=0
mkdir "$HOME"

# The runtime writes its list into a file for each run.
logged() {
  local name="$1"
  shift
  DOTNET_JitDisasmSummary=1 DOTNET_JitStdOutFile="$work/$name.log" timeout --signal=KILL 90 "$program" "$@"
}

ask() {
  curl --silent --show-error --max-time 30 --output /dev/null --write-out "%{http_code} ${1#"$address"}\n" "$@" || true
}

logged demo demo --serve --port 0 >"$work/demo.out" 2>&1 &
demo=$!
until grep -q '^gateway ' "$work/demo.out"; do sleep 0.2; done
address="$(sed -n 's/^gateway *\(http[^ ]*\).*/\1/p' "$work/demo.out")"
sleep 10
json='content-type: application/json'
said='"messages":[{"role":"user","content":"hello"}]'
claude='"model":"claude-sonnet-4-6","max_tokens":200'
ask "$address/v1/messages" --header "$json" --data "{$claude,\"stream\":true,$said}"
ask "$address/v1/messages" --header "$json" --data "{$claude,$said}"
ask "$address/v1/messages/count_tokens" --header "$json" --data "{\"model\":\"claude-sonnet-4-6\",$said}"
ask "$address/v1/chat/completions" --header "$json" --data "{\"model\":\"gpt-6.1-sol\",\"stream\":true,$said}"
ask "$address/v1/chat/completions" --header "$json" --data "{\"model\":\"gpt-6.1-sol\",$said}"
ask "$address/v1/responses" --header "$json" --data '{"model":"gpt-6.1-sol","stream":true,"input":"hello"}'
ask "$address/v1/responses" --header "$json" --data '{"model":"gpt-6.1-sol","input":"hello"}'
for page in / /health /v1/models /openapi.json; do
  ask "$address$page" --header 'accept: text/html'
done
kill -KILL "$(pgrep --parent "$demo" || echo "$demo")" && wait "$demo" || true

# In the foreground, because a server in the background would write into the list of the command that starts it.
logged serve serve --port 0 >"$work/serve.out" 2>&1 &
serve=$!
until [ -s "$work/state/server.json" ]; do sleep 0.2; done
for command in "status --server" status env statusline usage models doctor logs accounts; do
  # Some of them fail without an account, which is one of the ways they end.
  # shellcheck disable=SC2086
  echo '{}' | logged "${command%% *}${#command}" $command >/dev/null 2>&1 || true
done
logged stop stop
wait "$serve" || true

{
  echo "# What is compiled ahead: every method that ran in a start, a demonstration and the daily commands. Made by tools/profile/profile.sh."
  dotnet run --project Profile.csproj -c Release -- --list "$work"/*.log
} >"$work/methods.txt"
mv "$work/methods.txt" methods.txt
rm -rf "$work"
wc -l methods.txt
