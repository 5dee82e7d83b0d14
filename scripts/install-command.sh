#!/bin/sh
# Installs the command for `make install`, with its manual pages and the completions of three shells.
#   scripts/install-command.sh IMZA PREFIX      DESTDIR is put in front of the prefix, for packagers
set -eu
imza=$1
prefix=${DESTDIR:-}$2
share=$prefix/share

install -d "$prefix/bin" "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" \
    "$share/fish/vendor_completions.d"
install -m 755 "$imza" "$prefix/bin/imza"
"$imza" man "$share/man/man1"
# As distributions have them; without the time, so that the same page is the same file.
gzip -9nf "$share"/man/man1/imza*.1
"$imza" completions bash >"$share/bash-completion/completions/imza"
"$imza" completions zsh >"$share/zsh/site-functions/_imza"
"$imza" completions fish >"$share/fish/vendor_completions.d/imza.fish"
echo "installed the command in $prefix/bin, its manual pages and completions in $share"
