#!/bin/sh
# Installs packages of Debian's that a check needs, and says so.
#   tests/apt.sh PACKAGE…
set -eu
echo "setup: installing $* (by apt, which needs root and the network)"
if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
$sudo apt-get update -qq -o DPkg::Lock::Timeout=300
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@" >/dev/null
