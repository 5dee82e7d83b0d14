#!/bin/bash
# The sandbox, the proxy that signs, and nginx as a plain proxy, each under load in one run: the same call of Diyalog's, answered by the
# same sandbox. Memory is that of the measured server alone, in KiB.
#   [SECONDS_EACH=60] [CONNECTIONS=64] benches/servers.sh IMZA WORK-DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."
imza=$(realpath "$1") && mkdir -p "$2" && work=$(realpath "$2")
command -v wrk >/dev/null && command -v nginx >/dev/null || tests/apt.sh wrk nginx-light
started=()
trap 'kill "${started[@]}" 2>/dev/null || true' EXIT
stop() {
    echo "bench: $*" >&2
    exit 1
}

id=1234567-8ABC-DEF0-5432-56712ABCDEF5 requester=45186
path=/v1/application/gettransactionhashforonlinehelp
body='{"customerId":"123456","deviceHash":"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}'
(umask 077 && printf %s not-a-real-secret >"$work/secret" && printf '[[dlga]]\naccess_key_id = "%s"\nsecret_file = "secret"\n' $id >"$work/keys.toml")
printf %s "$body" >"$work/body"

serve() { # serve NAME COMMAND…: its address is in $address, its process in $pid
    "$imza" "$@" --keys "$work/keys.toml" --listen 127.0.0.1:0 >"$work/$1.log" 2>&1 &
    pid=$! && started+=("$pid")
    for _ in $(seq 300); do
        address=$(sed -n 's/.*listening on http:\/\/\([0-9.:]*\).*/\1/p; s/.*http:\/\/\(127[0-9.:]*\).*/\1/p' "$work/$1.log" | head -n 1)
        [ -z "$address" ] || return 0
        sleep 0.1
    done
    stop "$1 did not begin: $(head -c 300 "$work/$1.log")"
}
memory() { # memory PID: of the process and its children
    local process
    for process in "$1" $(pgrep -P "$1" || true); do cat "/proc/$process/status"; done | awk '/^VmRSS:/ { sum += $2 } END { print sum }'
}
load() { # load NAME ADDRESS PID
    local before after
    before=$(memory "$3")
    wrk --latency -t1 -c"${CONNECTIONS:-64}" -d"${SECONDS_EACH:-60}s" -s "$work/call.lua" "http://$2$path" >"$work/$1.wrk"
    after=$(memory "$3")
    python3 - "$1" "$before" "$after" "$work/$1.wrk" <<'PYTHON'
import re, sys
name, before, after, file = sys.argv[1:]
text = open(file).read()
rate = float(re.search(r"Requests/sec: +([\d.]+)", text)[1])
median, last = (re.search(rf"^ +{part}% +(\S+)", text, re.M)[1] for part in (50, 99))
errors = re.findall(r"^ *(?:Non-2xx.*|Socket errors.*)$", text, re.M)
lost = "; ".join(error.strip() for error in errors) or "none lost"
print(f"{name:8} {rate:9.0f} requests/s   p50 {median:>8}   p99 {last:>8}   memory {before} -> {after} KiB   {lost}", flush=True)
PYTHON
}

serve sandbox
sandbox=$address sandbox_pid=$pid
serve proxy --to "http://$sandbox" --requester $requester
proxy=$address proxy_pid=$pid

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/nginx.conf" <<CONF
daemon off; pid $work/nginx.pid; error_log $work/nginx.log; worker_processes 2;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path $work/nginx-body; proxy_temp_path $work/nginx-proxy; fastcgi_temp_path $work/nginx-fastcgi;
    uwsgi_temp_path $work/nginx-uwsgi; scgi_temp_path $work/nginx-scgi;
    upstream sandbox { server $sandbox; keepalive 64; }
    server {
        listen 127.0.0.1:$port;
        location / { proxy_pass http://sandbox; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $sandbox; }
    }
}
CONF
nginx -p "$work" -c "$work/nginx.conf" 2>"$work/nginx.err" &
nginx_pid=$! && started+=("$nginx_pid")

# Signed now: valid for fifteen minutes. The proxy signs anew.
"$imza" dlga sign --key-id $id --secret-file "$work/secret" --method POST --content-type application/json --resource $path \
    --body "$work/body" --requester $requester >"$work/headers"
{
    printf 'wrk.method = "POST"\nwrk.body = [[%s]]\nwrk.headers["content-type"] = "application/json"\n' "$body"
    sed 's/^\([^:]*\): *\(.*\)$/wrk.headers["\1"] = [[\2]]/' "$work/headers"
} >"$work/call.lua"

echo "$(nproc) cores, load before: $(cut -d' ' -f1-3 /proc/loadavg); ${CONNECTIONS:-64} connections, ${SECONDS_EACH:-60} s each"
load sandbox "$sandbox" "$sandbox_pid"
load proxy "$proxy" "$proxy_pid"
load nginx "127.0.0.1:$port" "$nginx_pid"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
