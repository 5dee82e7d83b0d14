// A load: sends signed calls to a server, many at a time, and counts the answers.
//
//	load http://127.0.0.1:8080 REQUESTS PARALLEL
//
// The credentials come from the environment: DLGA_KEY_ID, DLGA_SECRET. Exits with 1 when an answer is
// missing or is not 200.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"imza"
)

const body = `{"customerId":"123456","deviceHash":"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}`

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: load URL REQUESTS PARALLEL")
	}
	url := os.Args[1] + "/v1/application/gettransactionhashforonlinehelp"
	requests, err := strconv.ParseInt(os.Args[2], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	parallel, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	signer, err := imza.NewSigner(os.Getenv("DLGA_KEY_ID"), []byte(os.Getenv("DLGA_SECRET")))
	if err != nil {
		log.Fatal(err)
	}
	defer signer.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: parallel}, Timeout: time.Minute}

	var begun, answered atomic.Int64
	var clients sync.WaitGroup
	started := time.Now()
	for i := 0; i < parallel; i++ {
		clients.Add(1)
		go func() {
			defer clients.Done()
			for begun.Add(1) <= requests {
				if err := call(client, signer, url); err != nil {
					log.Print(err)
				} else {
					answered.Add(1)
				}
			}
		}()
	}
	clients.Wait()
	seconds := time.Since(started).Seconds()
	fmt.Printf("%d of %d answered, %.0f a second\n", answered.Load(), requests, float64(requests)/seconds)
	if answered.Load() != requests {
		os.Exit(1)
	}
}

func call(client *http.Client, signer *imza.Signer, url string) error {
	req, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if err := signer.SignRequest(req, "45186", time.Now()); err != nil {
		return err
	}
	answer, err := client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != 200 || !strings.Contains(string(text), `"isSuccess":true`)) {
		err = fmt.Errorf("%d: %s", answer.StatusCode, text)
	}
	return err
}
