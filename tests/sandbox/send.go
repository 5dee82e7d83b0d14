// A client as people write one: crypto/hmac and net/http. send BASE good|wrong; it prints the status of the answer.
//
// Wrong: it signs what json.Marshal makes, and sends what a json.Encoder writes, which ends in a line feed.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	base, kind := os.Args[1], os.Args[2]
	resource := "/v1/simplepush/sendpush"
	call := map[string]string{"customerId": "123456", "note": "from Go"}
	signed, err := json.Marshal(call)
	check(err)
	sent := bytes.NewBuffer(bytes.Clone(signed))
	if kind != "good" {
		sent.Reset()
		check(json.NewEncoder(sent).Encode(call))
	}
	date := time.Now().UTC().Format(http.TimeFormat)
	mac := hmac.New(sha256.New, []byte("not-a-real-secret"))
	fmt.Fprintf(mac, "POST\napplication/json\n%s\n%s\n%s", date, signed, resource)
	request, err := http.NewRequest("POST", base+resource, sent)
	check(err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-dlg-date", date)
	request.Header.Set("x-dlg-requester-userid", "45186")
	tag := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	request.Header.Set("x-dlg-authorization", "DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:"+tag)
	answer, err := http.DefaultClient.Do(request)
	check(err)
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "send:", err)
		os.Exit(1)
	}
}
