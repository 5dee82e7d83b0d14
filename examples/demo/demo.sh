#!/bin/sh
# Signs and verifies both documented calls with the command line, audits records and tries the sandbox, and prints what
# it does, 80 columns wide.
# `make demo` builds the command and runs this; the secrets beside it are made up.
#
#     examples/demo/demo.sh PATH-OF-IMZA [DIRECTORY]
#
# What the commands write, the audit's report.html among it, stays in DIRECTORY (here, where none is given: ./imza-demo).
set -eu

# Others read no secrets, made up or not.
umask 077

shown=$1
imza=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "${2:-imza-demo}"
work=$(cd "${2:-imza-demo}" && pwd)
cp "$(dirname "$0")"/* "$work"
cd "$work"
# As secrets are kept; imza warns of others.
chmod 600 diyalog.secret haso.key haso.salt

imza() { "$imza" "$@"; }
say() { printf '\n# %s\n' "$*"; }
# Prints a command as it could be typed, runs it, and prints what it says, with long sentences broken between words;
# whether it exits as it should is checked.
run() { run_to 0 "$1"; }
run_refused() { run_to 1 "$1"; }
run_to() {
    printf '$ %s\n' "$2"
    status=0
    eval "$2" >output 2>&1 || status=$?
    fold -s -w 80 output
    if [ "$status" != "$1" ]; then
        echo "demo: this ended with $status instead of $1" >&2
        exit 1
    fi
}

say "Diyalog: sign the call gettransactionhashforonlinehelp"
run "imza dlga sign --key-id my-key --secret-file diyalog.secret --method POST \\
    --content-type application/json --body gettransactionhash.json \\
    --resource /v1/application/gettransactionhashforonlinehelp \\
    --date 'Tue, 09 Mar 2021 13:28:32 GMT' --requester 45186 >headers
cat headers"

say "what was signed, byte by byte as it goes into the HMAC"
run "imza dlga string-to-sign --method POST --content-type application/json \\
    --body gettransactionhash.json --date 'Tue, 09 Mar 2021 13:28:32 GMT' \\
    --resource /v1/application/gettransactionhashforonlinehelp"
echo

verify="imza dlga verify --key-id my-key --secret-file diyalog.secret \\
    --method POST --content-type application/json \\
    --resource /v1/application/gettransactionhashforonlinehelp \\
    --header \"\$(sed -n 1p headers)\" --header \"\$(sed -n 2p headers)\" \\
    --header \"\$(sed -n 3p headers)\""
say "verify it, a minute and a half later"
run "$verify \\
    --body gettransactionhash.json --now 2021-03-09T13:30:00Z"

say "the same request sixteen minutes later is refused"
run_refused "$verify \\
    --body gettransactionhash.json --now 2021-03-09T13:44:33Z"

say "and so is another body"
run_refused "printf '{}' | $verify \\
    --body - --now 2021-03-09T13:30:00Z"

explain="imza dlga explain${verify#imza dlga verify}"
say "a body that got a newline on its way is refused too; explain says why"
run_refused "(cat gettransactionhash.json; echo) |
$explain --body -"

merchant="--merchant-id 1000042 --key-file haso.key --salt-file haso.salt \\
    --field customerId=5500123 --field dealerSegment=GOLD \\
    --field ipAddress=85.105.1.2"
say "Haso: make the requestToken of the call SetPreDefinedLimit"
run "imza haso token --recipe SetPreDefinedLimit \\
    $merchant >token
cat token"

say "what it is made of"
run "imza haso message --recipe SetPreDefinedLimit \\
    $merchant"

say "verify it"
run "imza haso verify --recipe SetPreDefinedLimit \\
    $merchant --token \"\$(cat token)\""

say "a token of other values is refused"
run_refused "imza haso verify --recipe SetPreDefinedLimit \\
    $merchant \\
    --token FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4="

say "a method whose page is not public: one good request gives its recipe"
run "imza haso discover \\
    $merchant --token \"\$(cat token)\""

say "audit a morning's recorded requests: which were genuine, which not, and why?"
audit="imza audit --keys keys.toml --at-received --explain requests.jsonl \\
    --out verdicts.jsonl --report report.html"
if [ -t 2 ]; then
    # To the terminal itself, whose width the summary then keeps to.
    printf '$ %s\n' "$audit"
    status=0
    eval "$audit" || status=$?
    [ "$status" = 1 ]
else
    # Into a file the summary is a table as wide as it likes; the report has it too.
    run_refused "$audit 2>summary"
    grep -v '[│═─]' summary
fi
run "grep -o '\"verdict\":\"[a-z-]*\"' verdicts.jsonl | sort | uniq -c"

if command -v curl >/dev/null; then
    say "a sandbox plays both vendors, and prints two curl lines to try"
    echo '$ imza sandbox --demo --listen 127.0.0.1:0 >sandbox.log &'
    "$imza" sandbox --demo --listen 127.0.0.1:0 >sandbox.log &
    sandbox=$!
    trap 'kill "$sandbox" 2>/dev/null' EXIT
    # It ends its greeting with the second line; where it ends itself, it has said why.
    until [ "$(grep -c ^curl sandbox.log)" = 2 ] || ! kill -0 "$sandbox" 2>/dev/null; do sleep 0.1; done

    say "its first line is refused; it says why"
    run "grep ^curl sandbox.log | head -n 1 | sh 2>/dev/null
echo; tail -n 1 sandbox.log"

    say "the same request, signed right, is accepted"
    run "grep ^curl sandbox.log | tail -n 1 | sh 2>/dev/null
echo; tail -n 1 sandbox.log"
    kill "$sandbox"
    wait "$sandbox" || true
    trap - EXIT
fi

rm -f output summary
printf '\ndemo: both calls were signed and verified, what was changed was refused and
explained, and the records were audited.

To see requests come in, start the sandbox; it prints curl lines for a second
terminal, and shows in http://127.0.0.1:8080/_imza/ what was wrong with them:
%s sandbox --demo

For a browser, the audit'\''s report:
%s/report.html\n' "$shown" "$work"
