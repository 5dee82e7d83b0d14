// A signing client: makes both documented calls and prints the answers.
//
//	client http://127.0.0.1:8080 [SECONDS]      (how old the DLGA date shall be; 0 unless told)
//
// The credentials come from the environment: DLGA_KEY_ID, DLGA_SECRET, HASO_MERCHANT_ID, HASO_KEY,
// HASO_SALT. Exits with 1 when an answer is not the documented success.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"imza"
)

func main() {
	server, age := "http://127.0.0.1:8080", time.Duration(0)
	if len(os.Args) > 1 {
		server = os.Args[1]
	}
	if len(os.Args) > 2 {
		if seconds, err := strconv.Atoi(os.Args[2]); err == nil {
			age = time.Duration(seconds) * time.Second
		}
	}
	code := 0
	for _, call := range []struct {
		name string
		make func() (string, error)
	}{
		{"gettransactionhashforonlinehelp", func() (string, error) { return transactionHash(server, age) }},
		{"SetPreDefinedLimit", func() (string, error) { return limit(server) }},
	} {
		answer, err := call.make()
		if err != nil {
			answer, code = err.Error(), 1
		}
		fmt.Printf("%s: %s\n", call.name, answer)
	}
	os.Exit(code)
}

// transactionHash makes Diyalog's call.
func transactionHash(server string, age time.Duration) (string, error) {
	keyID, err := variable("DLGA_KEY_ID")
	if err != nil {
		return "", err
	}
	secret, err := variable("DLGA_SECRET")
	if err != nil {
		return "", err
	}
	signer, err := imza.NewSigner(keyID, []byte(secret))
	if err != nil {
		return "", err
	}
	defer signer.Close()

	const body = `{"customerId":"123456","deviceHash":"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}`
	req, err := http.NewRequest("POST", server+"/v1/application/gettransactionhashforonlinehelp", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	if err := signer.SignRequest(req, "45186", time.Now().Add(-age)); err != nil {
		return "", err
	}
	status, text, err := send(req)
	switch {
	case err != nil:
		return "", err
	case status == 400 || status == 401 || status == 403:
		return "", fmt.Errorf("the vendor refused the signature with %d: %s", status, text)
	case status != 200:
		return "", fmt.Errorf("the vendor answered %d: %s", status, text)
	}
	var answer struct {
		IsSuccess                bool
		Message, TransactionHash string
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", fmt.Errorf("the answer cannot be read: %w", err)
	}
	if !answer.IsSuccess {
		return "", fmt.Errorf("the call did not succeed: %s", answer.Message)
	}
	return answer.TransactionHash, nil
}

// limit makes Haso's call.
func limit(server string) (string, error) {
	merchantID, err := variable("HASO_MERCHANT_ID")
	if err != nil {
		return "", err
	}
	key, err := variable("HASO_KEY")
	if err != nil {
		return "", err
	}
	salt, err := variable("HASO_SALT")
	if err != nil {
		return "", err
	}
	merchant, err := imza.NewMerchant(merchantID, []byte(key), []byte(salt))
	if err != nil {
		return "", err
	}
	defer merchant.Close()
	recipe, err := imza.FindRecipe("SetPreDefinedLimit")
	if err != nil {
		return "", err
	}
	defer recipe.Close()

	fields := imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD", "ipAddress": "85.105.1.2"}
	token, err := merchant.Token(recipe, fields)
	if err != nil {
		return "", err
	}
	fields["merchantId"], fields["requestToken"] = merchantID, token
	body, err := json.Marshal(fields)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequest("POST", server+"/RequestV2/SetPreDefinedLimit", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	status, text, err := send(req)
	if err != nil {
		return "", err
	}
	var answer struct {
		Success bool
		Errors  []string
		Data    json.RawMessage
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", fmt.Errorf("the vendor answered %d: %s", status, text)
	}
	if !answer.Success {
		return "", fmt.Errorf("the vendor refused the call: %s", strings.Join(answer.Errors, "; "))
	}
	return string(answer.Data), nil
}

// send gives back the HTTP status and the body of the answer, whatever the status is.
func send(req *http.Request) (int, []byte, error) {
	client := &http.Client{Timeout: time.Minute}
	answer, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// variable is a variable of the environment that must be set.
func variable(name string) (string, error) {
	if text, isSet := os.LookupEnv(name); isSet {
		return text, nil
	}
	return "", fmt.Errorf("the environment variable %s is not set", name)
}
