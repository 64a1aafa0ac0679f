#!/usr/bin/env bash
# Installs what the tests need from Debian: a browser, a second language for the peers that are not ours, and what reads moving pictures.
set -uo pipefail

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo -n "$@"; else return 1; fi
}

missing() {
  local list=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || list+=(chromium)
  command -v pdftotext >/dev/null || list+=(poppler-utils)
  command -v ffmpeg >/dev/null || list+=(ffmpeg)
  command -v mosquitto_pub >/dev/null || list+=(mosquitto-clients)
  # Its package brings a syslog daemon, which starts where a service manager runs: there it is left out, and its test skipped.
  command -v loggen >/dev/null || { [ -d /run/systemd/system ] && [ "${CI:-}" != true ]; } || list+=(syslog-ng-core)
  command -v setpriv >/dev/null || list+=(util-linux)
  /usr/bin/python3 -c 'import cryptography' 2>/dev/null || list+=(python3 python3-cryptography)
  echo "${list[@]}"
}

install() { as_root apt-get install -y -qq --no-install-recommends "$@" </dev/null; }

packages=$(missing)
if [ -n "$packages" ] && ! command -v apt-get >/dev/null; then
  echo "This is not Debian: install by hand: $packages" >&2
  exit 1
fi
if command -v apt-get >/dev/null && { [ -n "$packages" ] || ! command -v chromium-headless-shell >/dev/null; }; then
  echo "Installing from Debian: $packages"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq </dev/null
  # It draws the same as the whole browser with less work; where there is none, the whole one does all.
  command -v chromium-headless-shell >/dev/null || install chromium-headless-shell
  # A long run moves the clock of single processes with it.
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || install libfaketime
  packages=$(missing)
  # shellcheck disable=SC2086
  [ -z "$packages" ] || install $packages
fi

# What counts is that the programs are there, not what apt answered.
packages=$(missing)
if [ -n "$packages" ]; then
  echo "Still missing after the installation: $packages" >&2
  exit 1
fi
echo "What the tests need is there."
