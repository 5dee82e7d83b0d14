// The audit of DLGA requests as one would write it in Go, one goroutine per core and the verdicts in
// order: audit requests.jsonl > verdicts.jsonl
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log"
	"os"
	"runtime"
	"strings"
	"time"
)

const window = 15 * time.Minute

var keys = map[string][]byte{"1234567-8ABC-DEF0-5432-56712ABCDEF5": []byte("not-a-real-secret")}

type record struct {
	ID         string            `json:"id"`
	Scheme     string            `json:"scheme"`
	ReceivedAt time.Time         `json:"received_at"`
	Method     string            `json:"method"`
	Resource   string            `json:"resource"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

type verdict struct {
	ID         string `json:"id"`
	Line       int    `json:"line"`
	Scheme     string `json:"scheme"`
	Verdict    string `json:"verdict"`
	HTTPStatus int    `json:"http_status"`
	Reason     string `json:"reason"`
	Key        *int   `json:"key"`
}

// batch is some lines that one goroutine judges; its verdicts go to done.
type batch struct {
	first int
	lines [][]byte
	done  chan []byte
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	todo, order := make(chan batch, 16), make(chan batch, 16)
	go func() {
		defer close(todo)
		defer close(order)
		lines := bufio.NewScanner(file)
		lines.Buffer(make([]byte, 1<<20), 1<<20)
		next := batch{first: 1, done: make(chan []byte, 1)}
		send := func() {
			todo <- next
			order <- next
			next = batch{first: next.first + len(next.lines), done: make(chan []byte, 1)}
		}
		for lines.Scan() {
			next.lines = append(next.lines, bytes.Clone(lines.Bytes()))
			if len(next.lines) == 1000 {
				send()
			}
		}
		if err := lines.Err(); err != nil {
			log.Fatal(err)
		}
		send()
	}()
	for range runtime.NumCPU() {
		go func() {
			for work := range todo {
				work.done <- judgeAll(work)
			}
		}()
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for work := range order {
		out.Write(<-work.done)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func judgeAll(work batch) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	for i, line := range work.lines {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			log.Fatal(err)
		}
		v := judge(&r)
		v.ID, v.Line, v.Scheme = r.ID, work.first+i, "dlga"
		if err := encoder.Encode(v); err != nil {
			log.Fatal(err)
		}
	}
	return text.Bytes()
}

func judge(r *record) verdict {
	headers := make(map[string]string, len(r.Headers))
	for name, value := range r.Headers {
		headers[strings.ToLower(name)] = value
	}
	for _, name := range []string{"x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization"} {
		if headers[name] == "" {
			return verdict{Verdict: "malformed", HTTPStatus: 400, Reason: "the header " + name + " is missing"}
		}
	}
	credentials, ok := strings.CutPrefix(headers["x-dlg-authorization"], "DLGA ")
	colon := strings.LastIndexByte(credentials, ':')
	if !ok || colon < 0 {
		return verdict{Verdict: "malformed", HTTPStatus: 400, Reason: "the authorization header is not in its format"}
	}
	tag, err := base64.StdEncoding.DecodeString(credentials[colon+1:])
	if err != nil || len(tag) != sha256.Size {
		return verdict{Verdict: "malformed", HTTPStatus: 400, Reason: "the signature is not base64 of 32 bytes"}
	}
	date, err := time.Parse(time.RFC1123, headers["x-dlg-date"])
	if err != nil {
		return verdict{Verdict: "malformed", HTTPStatus: 400, Reason: "the date is not in the pattern"}
	}
	secret, ok := keys[credentials[:colon]]
	if !ok {
		return verdict{Verdict: "unknown-key", HTTPStatus: 401, Reason: "no key is held for the access key id"}
	}
	mac := hmac.New(sha256.New, secret)
	signed := r.Method + "\n" + headers["content-type"] + "\n" + headers["x-dlg-date"] + "\n"
	if r.Body != "" {
		signed += r.Body + "\n"
	}
	mac.Write([]byte(signed + r.Resource))
	if !hmac.Equal(mac.Sum(nil), tag) {
		return verdict{Verdict: "invalid", HTTPStatus: 401, Reason: "the signature does not match"}
	}
	key := 0
	if r.ReceivedAt.Sub(date).Abs() > window {
		return verdict{Verdict: "expired", HTTPStatus: 403, Reason: "the date is too far from the clock", Key: &key}
	}
	return verdict{Verdict: "valid", HTTPStatus: 200, Key: &key}
}
