#!/usr/bin/env bash
# Makes a picture of every page, with the demo's data, into docs/screenshots.
# It starts a demo of its own on loopback, which ends by itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'kill "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT
go build -o "$work/orderly" ./cmd/orderly
"$work/orderly" demo --listen 127.0.0.1:0 --for 10m >"$work/said" 2>&1 &
demo=$!
for _ in $(seq 300); do
	link=$(grep -o 'http://[^ ]*/link/[^ ]*' "$work/said" | head -1) || true
	[ -n "$link" ] && break
	sleep 0.2
done
[ -n "$link" ] || { cat "$work/said" >&2; exit 1; }
ORDERLY_DEMO_LINK=$link ORDERLY_SCREENSHOTS=$PWD/docs/screenshots go test -count=1 -timeout 15m ./internal/web -run TestScreenshots -v
