#!/bin/sh
# Signs and verifies both documented calls with the command line, and prints what it does.
# `make demo` builds the command and runs this; the secrets beside it are made up.
#
#     examples/demo/demo.sh PATH-OF-IMZA
set -eu

# Others read no secrets, made up or not.
umask 077

imza=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(dirname "$0")"/* "$work"
cd "$work"

imza() { "$imza" "$@"; }
say() { printf '\n# %s\n' "$*"; }
# Prints a command as it could be typed, and runs it.
run() {
    printf '$ %s\n' "$1"
    eval "$1"
}
# The same for a command that has to refuse, with exit code 1.
run_refused() {
    status=0
    run "$1" 2>&1 || status=$?
    if [ "$status" != 1 ]; then
        echo "demo: this ended with $status where a refusal is 1" >&2
        exit 1
    fi
}

say "Diyalog: sign the call gettransactionhashforonlinehelp"
run "imza dlga sign --key-id 1234567-8ABC-DEF0-5432-56712ABCDEF5 --secret-file diyalog.secret \\
    --method POST --content-type application/json --body gettransactionhash.json \\
    --url https://api.diyalog.im/v1/application/gettransactionhashforonlinehelp \\
    --date 'Tue, 09 Mar 2021 13:28:32 GMT' --requester 45186 | tee headers"

say "what was signed, byte by byte as it goes into the HMAC"
run "imza dlga string-to-sign --method POST --content-type application/json --body gettransactionhash.json \\
    --resource /v1/application/gettransactionhashforonlinehelp --date 'Tue, 09 Mar 2021 13:28:32 GMT'"
echo

verify="imza dlga verify --key-id 1234567-8ABC-DEF0-5432-56712ABCDEF5 --secret-file diyalog.secret \\
    --method POST --content-type application/json \\
    --resource /v1/application/gettransactionhashforonlinehelp \\
    --header \"\$(sed -n 1p headers)\" --header \"\$(sed -n 2p headers)\" \\
    --header \"\$(sed -n 3p headers)\""
say "verify it, a minute and a half later"
run "$verify --body gettransactionhash.json --now 2021-03-09T13:30:00Z"

say "the same request sixteen minutes later is refused"
run_refused "$verify --body gettransactionhash.json --now 2021-03-09T13:44:33Z"

say "and so is another body"
run_refused "printf '{}' | $verify --body - --now 2021-03-09T13:30:00Z"

explain="imza dlga explain${verify#imza dlga verify}"
say "a body that has got a newline on its way is refused too, and explain says why"
run_refused "(cat gettransactionhash.json; echo) | $explain --body -"

merchant="--recipe SetPreDefinedLimit --merchant-id 1000042 --key-file haso.key --salt-file haso.salt \\
    --field customerId=5500123 --field dealerSegment=GOLD --field ipAddress=85.105.1.2"
say "Haso: make the requestToken of the call SetPreDefinedLimit"
run "imza haso token $merchant | tee token"

say "what it is made of"
run "imza haso message $merchant"

say "verify it"
run "imza haso verify $merchant --token \"\$(cat token)\""

say "a token of other values is refused"
run_refused "imza haso verify $merchant --token FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4="

say "a method whose page is not public: one good request gives its recipe"
run "imza haso discover ${merchant#--recipe SetPreDefinedLimit} --token \"\$(cat token)\""

say "audit a morning's recorded requests: which were genuine, and what was wrong with the others?"
run_refused "imza audit --keys keys.toml --at-received --explain requests.jsonl --out verdicts.jsonl --report report.html"
run "grep -c '\"verdict\":\"valid\"' verdicts.jsonl"
run "grep -m 1 invalid verdicts.jsonl"

printf '\ndemo: both calls were signed and verified, what was changed was refused and explained, and the records were audited\n'
