#!/bin/sh
# Does what docs/audit.md says under "From your log to a verdict": a real nginx with the page's configuration records
# requests that the built command signed, the page's jq line reads a program's log, and the audit judges both.
set -eu
cd "$(dirname "$0")/.."
command -v nginx >/dev/null && command -v jq >/dev/null && command -v curl >/dev/null || tests/apt.sh nginx jq curl

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
imza=${IMZA:-$target/prefix/bin/imza}
page=$PWD/docs/audit.md

stop() {
    printf 'recordings: FAILED: %s\n' "$*" >&2
    exit 1
}

# Sockets are files here, since every port may be taken, and their paths have to be short.
work=$(mktemp -d)
nginx=
cleanup() {
    [ -z "$nginx" ] || kill "$nginx" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
umask 077

# block TEXT: the indented block of the page with this text in it.
block() {
    found=$(awk -v text="$1" '
        /^    / { block = block substr($0, 5) "\n"; next }
        { if (index(block, text)) printf "%s", block; block = "" }' "$page")
    [ -n "$found" ] || stop "the page has no block with: $1"
    printf '%s\n' "$found"
}

# verdict_is VERDICT ID: of the record with this id, in verdicts.jsonl.
verdict_is() {
    verdict=$(jq -r --arg id "$2" 'select(.id == $id).verdict' verdicts.jsonl)
    [ "$verdict" = "$1" ] || stop "$2 is '$verdict' and not $1: $(cat verdicts.jsonl)"
}

printf not-a-real-secret >secret.txt
printf merchant-key-not-real >haso.key
printf merchant-salt-not-real >haso.salt
cat >keys.toml <<'END'
[[dlga]]
access_key_id = "my-key"
secret_file = "secret.txt"
[[haso]]
merchant_id = "1000042"
key_file = "haso.key"
salt_file = "haso.salt"
END

# The page's two blocks: the formats as they are, and the location with its log in this folder.
block 'log_format dlga' >formats.conf
block 'access_log ' | sed "s|/var/log/nginx/|$work/|" >location.conf
user=
[ "$(id -u)" != 0 ] || user="user root;"
cat >nginx.conf <<END
$user
pid $work/nginx.pid;
error_log $work/error.log;
events {}
http {
    client_body_temp_path $work/client;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    access_log off;
    include $work/formats.conf;
    server {
        listen unix:$work/front.sock;
        add_header x-record \$request_id;
        location / {
            include $work/location.conf;
            proxy_pass http://unix:$work/back.sock;
        }
        location /v1/unread {
            include $work/location.conf;
            return 200;
        }
        location /RequestV2/ {
            access_log $work/requests.jsonl haso;
            proxy_pass http://unix:$work/back.sock;
        }
    }
    server {
        listen unix:$work/back.sock;
        return 200;
    }
}
END
nginx -p "$work" -c "$work/nginx.conf" -g 'daemon off;' 2>nginx.log &
nginx=$!
tries=0
until curl -s -o answer --unix-socket front.sock http://nginx/; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || stop "nginx does not answer: $(cat nginx.log error.log)"
    sleep 0.1
done

# sent PATH OPTION…: sends what curl is told, and prints the id of the record that nginx makes of it.
sent() {
    path=$1
    shift
    curl -sS -f -D - -o answer --unix-socket front.sock "$@" "http://nginx$path" |
        sed -n 's/^x-record: \([0-9a-f]*\).*/\1/p'
}

# signed PATH BODY OPTION…: the headers of a request that the command signs, in the file `headers`.
signed() {
    "$imza" dlga sign --key-id my-key --secret-file secret.txt --requester 45186 \
        --method POST --content-type 'application/json; charset=utf-8' --resource "$1" --body "$2" >headers
    echo 'content-type: application/json; charset=utf-8' >>headers
}

# What JSON has to escape, Turkish letters, a final newline; and more than nginx's own buffer would hold.
printf '{"note": "%s \\" \\\\ \\u0131",\r\n\t"ad":"Işık Öğüş"}\n' 'a/b' >body.json
head -c 300000 /dev/zero | tr '\0' x >long.txt
resource='/v1/x//y%2Fz?page=2&q=%C5%9F"'
signed "$resource" body.json
right=$(sent "$resource" -g -H @headers --data-binary @body.json)
chunked=$(sent "$resource" -g -H @headers -H 'Transfer-Encoding: chunked' --data-binary @body.json)
changed=$(sent "$resource" -g -H @headers --data-binary '{}')
elsewhere=$(sent /v1/other -H @headers --data-binary @body.json)
signed /v1/long long.txt
long=$(sent /v1/long -H @headers --data-binary @long.txt)
signed /v1/unread body.json
sent /v1/unread -H @headers --data-binary @body.json >unread
unsigned=$(sent /v1/x --data-binary @body.json)

token=$("$imza" haso token --recipe SetPreDefinedLimit --merchant-id 1000042 --key-file haso.key --salt-file haso.salt \
    --field customerId=5500123 --field dealerSegment='A&B ş' --field ipAddress=85.105.1.2)
posted() {
    sent /RequestV2/SetPreDefinedLimit --data-urlencode merchantId=1000042 --data-urlencode customerId="$1" \
        --data-urlencode dealerSegment='A&B ş' --data-urlencode ipAddress=85.105.1.2 --data-urlencode requestToken="$token"
}
haso=$(posted 5500123)
haso_changed=$(posted 5500124)

# nginx writes a record after its answer; when it has ended, all are there.
kill -s QUIT "$nginx"
wait "$nginx" || stop "nginx: $(cat error.log)"
nginx=
status=0
"$imza" audit requests.jsonl --keys keys.toml --at-received >verdicts.jsonl 2>summary || status=$?
[ "$status" = 1 ] || stop "the audit ended with $status: $(cat summary)"
verdict_is valid "$right"
verdict_is valid "$chunked"
verdict_is invalid "$changed"
verdict_is invalid "$elsewhere"
verdict_is valid "$long"
# A record that cannot be read has no id.
unread=$(jq -r 'select(.verdict == "unreadable").reason' verdicts.jsonl)
case $unread in
*"there was a body, but does not hold it") ;;
*) stop "the body that nginx did not keep: '$unread'" ;;
esac
verdict_is "" "$unsigned"
verdict_is valid "$haso"
verdict_is invalid "$haso_changed"
echo "recordings: $(nginx -v 2>&1 | sed 's/.*: //') wrote records, and the audit judges them as it should"

# A program's own log, made by nothing of ours but the signature; the page's line is run as it stands.
signed /v1/x?page=2 body.json
logged() {
    jq -cn --arg id "$1" --arg url "$2" --rawfile body body.json --rawfile headers headers '
        {level: 30, time: (now * 1000 | floor), req: {id: $id, method: "POST", url: $url, headers:
            ($headers | rtrimstr("\n") | split("\n") | map(capture("^(?<key>[^:]*): (?<value>.*)$")) | from_entries)},
        body: $body}'
}
{
    logged path '/v1/x?page=2'
    logged url 'https://host.example:8443/v1/x?page=2'
    logged elsewhere '/v1/x?page=3'
} >app.log
mkdir bin
ln -s "$imza" bin/imza
block 'jq -c' >line.sh
PATH="$work/bin:$PATH" sh line.sh >verdicts.jsonl 2>summary || true
verdict_is valid path
verdict_is valid url
verdict_is invalid elsewhere
echo "recordings: $(jq --version) reads a program's log"
