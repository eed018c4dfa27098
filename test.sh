#!/usr/bin/env bash
# Installs what the suites need, builds once and runs them all. The last line is the sum over the suites.
#   ./test.sh          everything
#   ./test.sh unit     what needs nothing beyond the .NET SDK
#   ./test.sh e2e      the real client and a real browser against gateway and simulator
#   ./test.sh fuzz [N]        N inputs, ten million unless told otherwise, to everything that reads what others wrote
#   ./test.sh soak [MINUTES]  the built gateway under a mixed load with faults, and under a thousand slow streams; 60 minutes
#   ./test.sh mutants [...]   faults put into the translation, each of which a test has to find; takes stryker's options
# `all` and `unit` hold a short run of the fuzzing; with CI=true `all` holds a soak of two minutes.
# Under CI=true a skipped test and a suite that cannot run count as failed.
set -uo pipefail
cd "$(dirname "$0")"

selection="${1:-all}"
case "$selection" in
  all | unit | e2e | fuzz | soak | mutants) ;;
  *)
    echo "usage: ./test.sh [all|unit|e2e|fuzz [N]|soak [MINUTES]|mutants [OPTIONS]]" >&2
    exit 2
    ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
client="tests/CodexProxy.EndToEnd/client"
openai="tests/CodexProxy.EndToEnd/openai"
results="artifacts/test-results"
passed=0
failed=0
skipped=0

finish() {
  if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
    echo "Skipped tests count as failed in CI."
    failed=$((failed + skipped))
    skipped=0
  fi
  if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [ "$failed" -eq 0 ]
  exit
}

# Runs a step whose failure makes the run fail without hiding what the tests say.
step() {
  local name="$1"
  shift
  echo "== $name"
  if ! "$@"; then
    echo "FAILED: $name"
    failed=$((failed + 1))
    return 1
  fi
}

# One number of the <Counters> element of a test report.
counter() {
  grep -o '<Counters [^>]*>' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0
}

suite() {
  local name="$1" report="$results/$1.trx" total
  rm -f "$report"
  echo "== $name"
  dotnet run --project "tests/$name" --configuration Release --no-build -- \
    --no-progress --no-ansi --timeout 15m --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename "$name.trx"
  local code=$?
  if [ ! -f "$report" ]; then
    echo "FAILED: $name did not run (exit code $code)"
    failed=$((failed + 1))
    return
  fi
  total=$(counter "$report" total)
  passed=$((passed + $(counter "$report" passed)))
  skipped=$((skipped + $(counter "$report" notExecuted)))
  local broken
  broken=$(counter "$report" failed)
  # A run can fail with no failed test: no test at all, or a crash after the report. Code 8 says that all were skipped.
  if [ "$broken" -eq 0 ] && { [ "$total" -eq 0 ] || { [ "$code" -ne 0 ] && [ "$code" -ne 8 ]; }; }; then
    echo "FAILED: $name ended with exit code $code after $total tests"
    broken=1
  fi
  failed=$((failed + broken))
}

# Installs the clients of one lock file. An install script would only copy the platform's binary; the tests start that one directly.
install_clients() {
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error
}

# Under CI=true only: a developer's machine is not changed, and what needs these is skipped there without them.
#   chromium: the sign-in page. dbus, gnome-keyring, libsecret-1-0: logins in the key store. tmux: the client's screen.
install_packages() {
  apt-get update -qq &&
    apt-get install -y -qq --no-install-recommends chromium dbus gnome-keyring libsecret-1-0 systemd tmux >/dev/null
}

have_packages() {
  [ -x "${CODEX_PROXY_TEST_CHROMIUM:-/usr/bin/chromium}" ] && [ -x /usr/bin/dbus-daemon ] &&
    [ -x /usr/bin/gnome-keyring-daemon ] && [ -x /usr/bin/tmux ] && [ -x /usr/bin/systemd-analyze ] &&
    ls /usr/lib/*/libsecret-1.so.0 >/dev/null 2>&1
}

find_client() {
  local machine
  case "$(uname -m)" in
    aarch64 | arm64) machine=arm64 ;;
    *) machine=x64 ;;
  esac
  export CODEX_PROXY_TEST_CLIENT="$PWD/$client/node_modules/@anthropic-ai/claude-code-linux-$machine/claude"
}

build() {
  dotnet build "$1" --configuration Release -p:WithDashboard=false -v quiet
}

# What the soak found is the last line of its output: `soak: N passed, M failed`.
soak() {
  local log="artifacts/soak.log" sum
  mkdir -p artifacts
  echo "== soak"
  artifacts/bin/CodexProxy.Load/release/CodexProxy.Load soak --minutes "$1" | tee "$log"
  sum=$(grep -E '^soak: [0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [ -z "$sum" ]; then
    echo "FAILED: the soak did not come to its end"
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + $(echo "$sum" | cut -d ' ' -f 2)))
  failed=$((failed + $(echo "$sum" | cut -d ' ' -f 4)))
}

case "$selection" in
  fuzz)
    build tests/CodexProxy.Fuzz || exit 1
    # Nothing else runs: no collection beside the work.
    DOTNET_gcConcurrent=0 exec artifacts/bin/CodexProxy.Fuzz/release/CodexProxy.Fuzz fuzz --inputs "${2:-10000000}"
    ;;
  soak)
    build bench/CodexProxy.Load || exit 1
    soak "${2:-60}"
    finish
    ;;
  mutants)
    dotnet tool restore >/dev/null || exit 1
    output="$PWD/artifacts/mutants"
    cd tests/CodexProxy.Protocol.Tests
    exec dotnet stryker --output "$output" "${@:2}"
    ;;
esac

step "tools" dotnet tool restore || finish
step "format" dotnet csharpier check .
step "build" dotnet build CodexProxy.slnx --configuration Release || finish

# The build above has installed its packages, where there is Node.
if [ -d dashboard/node_modules ]; then
  step "dashboard" npm test --silent --prefix dashboard
fi

if [ "$selection" != unit ]; then
  step "client" install_clients "$client"
  step "OpenAI's clients" install_clients "$openai"
  find_client
  if [ "${CI:-}" = true ] && ! have_packages; then
    step "packages" install_packages
  fi
fi

for project in tests/*/*.csproj; do
  name="$(basename "$project" .csproj)"
  case "$selection:$name" in
    unit:*EndToEnd | unit:*Browser) ;;
    e2e:*EndToEnd | e2e:*Browser | unit:* | all:*) suite "$name" ;;
  esac
done

if [ "$selection" = all ] && [ "${CI:-}" = true ]; then
  soak 2
fi
finish
