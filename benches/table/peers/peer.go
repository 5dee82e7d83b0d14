// Go's crypto/hmac: go run peer.go, the cases as JSON on standard input, a line `operation size nanoseconds` each.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

type request struct {
	Size                                                  int
	Method, Type, Date, Body, Resource, ID, Authorization string
}

func main() {
	var spec struct {
		Secret string
		Now    int64
		Cases  []request
	}
	if err := json.NewDecoder(os.Stdin).Decode(&spec); err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, []byte(spec.Secret))
	tag := func(r *request) []byte {
		mac.Reset()
		for _, part := range []string{r.Method, "\n", r.Type, "\n", r.Date, "\n"} {
			io.WriteString(mac, part)
		}
		if r.Body != "" {
			io.WriteString(mac, r.Body)
			io.WriteString(mac, "\n")
		}
		io.WriteString(mac, r.Resource)
		return mac.Sum(nil)
	}
	sign := func(r *request) string { return "DLGA " + r.ID + ":" + base64.StdEncoding.EncodeToString(tag(r)) }
	verify := func(r *request) bool {
		rest, found := strings.CutPrefix(r.Authorization, "DLGA ")
		id, signature, _ := strings.Cut(rest, ":")
		made, err := http.ParseTime(r.Date)
		received, err2 := base64.StdEncoding.DecodeString(signature)
		past := time.Unix(spec.Now, 0).Sub(made)
		return found && id == r.ID && err == nil && err2 == nil && past.Abs() <= 15*time.Minute && hmac.Equal(tag(r), received)
	}
	for at := range spec.Cases {
		r := &spec.Cases[at]
		if sign(r) != r.Authorization || !verify(r) {
			panic("another answer")
		}
		for name, call := range map[string]func(){"sign": func() { sign(r) }, "verify": func() { verify(r) }} {
			best := 1e18
			for round := 0; round < 40; round++ {
				begun := time.Now()
				for i := 0; i < 500; i++ {
					call()
				}
				best = min(best, float64(time.Since(begun).Nanoseconds())/500)
			}
			fmt.Println(name, r.Size, best)
		}
	}
}
