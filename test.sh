#!/usr/bin/env bash
# Runs every check and every test of this repository.
#
#   ./test.sh          all of it; installs PostgreSQL, Chromium and a C compiler
#                      with apt-get where they are missing and it may
#   ./test.sh --fast   with what is installed, and without the race detector
#
# It exits with a status other than 0 when anything fails, and also when the
# tests that need PostgreSQL or a browser passed by not running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Packages where goroutines meet: their tests run again under the race detector.
# What only decides, or writes in the lane's one goroutine, gains nothing by it.
race_packages=(./internal/desk ./internal/jobs ./internal/live ./internal/lifecycle ./internal/project ./internal/store/storetest ./internal/teller)

timeout=20m      # of one package's tests
time_limit=900   # seconds for everything on two cores
data="${ORDERLY_TEST_DATA:-../shared/data}"

fast=
case "${1:-}" in
	"") ;;
	--fast) fast=1 ;;
	*)
		echo "usage: ./test.sh [--fast]" >&2
		exit 2
		;;
esac

say() { printf '%s\n' "$*"; }

fail() {
	printf 'test.sh: %s\n' "$*" >&2
	exit 1
}

work=$(mktemp -d)
phases=()
now=preparation

finish() {
	local status=$? p
	end_postgres
	say
	for p in ${phases[@]+"${phases[@]}"}; do say "$p"; done
	say "total: $SECONDS s"
	if ((SECONDS > time_limit)); then say "SLOW: the limit is $time_limit s on two cores"; fi
	if ((status == 0)); then say "PASS"; else say "FAIL: $now"; fi
	chmod -R u+w "$work" || true # Go keeps its module cache read-only
	rm -rf "$work"
}
trap finish EXIT

# phase NAME COMMAND...: runs it, notes its seconds, ends everything if it fails.
phase() {
	local began=$SECONDS
	now=$1
	shift
	say "== $now"
	"$@" || exit 1
	phases+=("$now: $((SECONDS - began)) s")
}

# Go needs a home for its caches.
find_home() {
	[ -n "${HOME:-}" ] && return
	HOME=$(getent passwd "$(id -u)" | cut -d: -f6) || HOME=
	if [ -z "$HOME" ] || [ ! -w "$HOME" ]; then
		HOME=$work/home
		mkdir "$HOME"
	fi
	export HOME
}

find_go() {
	command -v go >/dev/null && return
	[ -x /usr/local/go/bin/go ] || fail "Go is missing; install the version that go.mod names from https://go.dev/dl/"
	PATH=$PATH:/usr/local/go/bin
}

have_postgres() {
	[ -n "${ORDERLY_TEST_POSTGRES:-}" ] && return
	local dir
	for dir in /usr/lib/postgresql/*/bin; do
		[ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && return
	done
	command -v initdb >/dev/null && command -v postgres >/dev/null
}

have_chromium() {
	local name
	for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable chrome headless-shell; do
		command -v "$name" >/dev/null && return
	done
	return 1
}

have_compiler() {
	local cc
	read -r cc _ <<<"$(go env CC)" # may hold arguments
	command -v "$cc" >/dev/null
}

browser_tests() {
	[ -d internal/webtest ] || grep -rq --include='*_test.go' chromedp .
}

missing() {
	have_postgres || say postgresql
	if browser_tests; then have_chromium || say chromium; fi
	have_compiler || say gcc libc6-dev # the race detector is linked by it
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
	command -v apt-get >/dev/null || return
	[ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# no_cluster keeps Debian's package from making and starting a database server
# of its own; where somebody has decided that already, it stays decided.
no_cluster() {
	as_root sh -c '
		conf=/etc/postgresql-common/createcluster.conf
		grep -qs "^ *create_main_cluster" "$conf" && exit
		mkdir -p "${conf%/*}" && echo "create_main_cluster = false" >>"$conf"'
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
		apt-get -q -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold "$@"
}

# install_shell gets a browser without windows, which takes half of the work of a
# whole one. Where it cannot be had, the whole one does as well.
install_shell() {
	browser_tests || return 0
	! command -v chromium-headless-shell >/dev/null || return 0
	may_install || return 0
	apt install -y --no-install-recommends chromium-headless-shell >/dev/null 2>&1 ||
		{ apt update && apt install -y --no-install-recommends chromium-headless-shell; } >/dev/null 2>&1 ||
		say "there is no package chromium-headless-shell; a whole browser is used"
}

install_missing() {
	local packages
	install_shell
	read -ra packages <<<"$(missing | tr '\n' ' ')"
	if ((${#packages[@]} == 0)); then
		say "nothing is missing"
		return
	fi
	local advice="please install ${packages[*]} (Debian and Ubuntu: apt-get install ${packages[*]})"
	may_install || fail "$advice"
	if [[ " ${packages[*]} " == *" postgresql "* ]]; then no_cluster || return; fi
	apt update || say "apt-get update failed; trying with the lists as they are"
	apt install -y --no-install-recommends "${packages[@]}" || fail "apt-get did not succeed; $advice"
	[ -z "$(missing)" ] || fail "apt-get succeeded and this is still missing: $(missing | tr '\n' ' ')"
}

# go_files lists what git tracks or would, without what is deleted; everything
# where this is no git repository.
go_files() {
	{ git -c safe.directory='*' ls-files -z --cached --others --exclude-standard -- '*.go' 2>/dev/null ||
		find . -name '*.go' -print0; } |
		while IFS= read -rd '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done
}

check_format() {
	local gofmt unformatted
	gofmt=$(go env GOROOT)/bin/gofmt
	[ -x "$gofmt" ] || gofmt=gofmt
	go_files >"$work/files"
	[ -s "$work/files" ] || fail "found no Go file to check"
	unformatted=$(xargs -0 "$gofmt" -l <"$work/files") || return
	[ -z "$unformatted" ] || fail "not formatted, run gofmt -w on:"$'\n'"$unformatted"
}

# check_templates fails when a template was changed and its code was not.
check_templates() {
	local before after
	before=$(find internal/web -name '*_templ.go' -print0 | sort -z | xargs -0 sha256sum)
	go tool -modfile=tools/go.mod templ generate -path internal/web
	after=$(find internal/web -name '*_templ.go' -print0 | sort -z | xargs -0 sha256sum)
	[ "$before" = "$after" ] || fail "templates were changed without their code; keep what is there now"
}

build() {
	mkdir -p "$work/bin"
	go build -buildvcs=false -o "$work/bin/" ./cmd/...
}

# Tests add lines to the report when they run on something that a machine may
# lack: "postgres <package>", "chromium <package>", "skip <what> <package>".
report=$work/report
: >"$report"

# start_postgres runs one server for the tests of all packages, unless there is
# one already: to make a cluster for each of them takes a minute and more.
start_postgres() {
	[ -z "${ORDERLY_TEST_POSTGRES:-}" ] || return 0
	go build -buildvcs=false -o "$work/pgserve" ./internal/pgtest/serve || return
	coproc PGSERVE { exec "$work/pgserve"; }
	read -r ORDERLY_TEST_POSTGRES <&"${PGSERVE[0]}" || return
	read -r ORDERLY_TEST_POSTGRES_MODEL <&"${PGSERVE[0]}" || return
	export ORDERLY_TEST_POSTGRES ORDERLY_TEST_POSTGRES_MODEL
	pgserve=$PGSERVE_PID pgserve_in=${PGSERVE[1]}
}

# end_postgres closes what the server takes for its life line.
end_postgres() {
	[ -n "${pgserve:-}" ] || return 0
	exec {pgserve_in}>&-
	wait "$pgserve" || true
	pgserve=
}

# More packages side by side than cores: browsers and servers are waited for.
# Vet has had its say before.
side=$(($(nproc) + 1))

run_tests() {
	if [ -n "$fast" ]; then
		go test -timeout "$timeout" ./...
		return
	fi
	start_postgres || return
	ORDERLY_TEST_REPORT=$report go test -p "$side" -vet=off -count=1 -timeout "$timeout" ./...
}

# SQLite's translated C is not ours, runs under its own locks and takes half of
# the time: it is built without the detector.
run_race() { go test -race '-gcflags=modernc.org/sqlite/lib=-race=false' -p "$side" -vet=off -count=1 -timeout "$timeout" "${race_packages[@]}"; }

# ran WHAT: the packages that reported it, but for the one that only provides it.
ran() { sed -n "s/^$1 //p" "$report" | grep -v '/internal/pgtest$' | sort -u | tr '\n' ' '; }

# check_half WHAT: fails when no test ran on it.
check_half() {
	local packages
	packages=$(ran "$1") || packages=
	[ -n "$packages" ] || fail "no test ran on $1: the run proves less than it says"
	say "ran on $1: $packages"
}

check_halves() {
	if [ -n "$fast" ]; then
		say "--fast: whether the tests that need PostgreSQL or a browser ran was not checked"
	else
		check_half postgres
		if browser_tests; then check_half chromium; fi
		sed -n 's/^skip /SKIP: /p' "$report" | sort -u
	fi
	if [ ! -d "$data" ]; then say "SKIP: $data is absent: the tests on real data were skipped"; fi
}

find_home
find_go
if [ -z "$fast" ]; then
	export ORDERLY_REQUIRE_POSTGRES=1 ORDERLY_REQUIRE_CHROMIUM=1
	phase "install" install_missing
fi
phase "gofmt" check_format
phase "templates" check_templates
phase "vet" go vet ./...
phase "build" build
phase "test" run_tests
if [ -z "$fast" ]; then phase "race" run_race; fi
phase "what ran" check_halves
