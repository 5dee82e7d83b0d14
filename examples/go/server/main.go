// A verifying server: plays the two documented endpoints with the vendors' documented answers.
//
//	server [ADDRESS]        (127.0.0.1:8080 unless told; port 0 takes any free one)
//
// Prints "listening on ADDRESS" once it does. The credentials come from the environment: DLGA_KEY_ID,
// DLGA_SECRET, HASO_MERCHANT_ID, HASO_KEY, HASO_SALT.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"imza"
)

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	verifier, err := imza.NewVerifier()
	if err != nil {
		return err
	}
	defer verifier.Close()
	if err := verifier.AddKey(os.Getenv("DLGA_KEY_ID"), []byte(os.Getenv("DLGA_SECRET"))); err != nil {
		return fmt.Errorf("DLGA_KEY_ID, DLGA_SECRET: %w", err)
	}
	merchant, err := imza.NewMerchant(os.Getenv("HASO_MERCHANT_ID"), []byte(os.Getenv("HASO_KEY")), []byte(os.Getenv("HASO_SALT")))
	if err != nil {
		return fmt.Errorf("HASO_MERCHANT_ID, HASO_KEY, HASO_SALT: %w", err)
	}
	defer merchant.Close()
	recipe, err := imza.FindRecipe("SetPreDefinedLimit")
	if err != nil {
		return err
	}
	defer recipe.Close()

	verified := imza.Middleware(verifier, imza.WithRefused(func(_ *http.Request, err error) {
		// The reason is for our log; the caller is told what the vendor tells.
		log.Printf("refused: %v", err)
	}))
	mux := http.NewServeMux()
	mux.Handle("/v1/application/gettransactionhashforonlinehelp", verified(http.HandlerFunc(transactionHash)))
	mux.Handle("/RequestV2/SetPreDefinedLimit", limit(merchant, recipe))

	address := "127.0.0.1:8080"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	// Without these, a client that sends its request byte by byte holds a connection for ever.
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second, // headers and body
		WriteTimeout:      20 * time.Second, // from the end of the headers to the end of the answer
		IdleTimeout:       time.Minute,
	}
	return server.Serve(listener)
}

// transactionHash is Diyalog's gettransactionhashforonlinehelp, behind the middleware.
func transactionHash(w http.ResponseWriter, r *http.Request) {
	if accepted, ok := imza.AcceptedFrom(r.Context()); ok {
		// The requester is not covered by the signature (DLGA-2): good for a log, not for a decision. It may be any text,
		// one that a terminal would act upon too.
		log.Printf("accepted: key %q, on behalf of %q", accepted.KeyID, accepted.Requester)
	}
	var call struct{ CustomerID, DeviceHash *string }
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil || call.CustomerID == nil || call.DeviceHash == nil {
		http.Error(w, "customerId and deviceHash are required", http.StatusInternalServerError)
		return
	}
	answer(w, map[string]any{
		"isSuccess":       true,
		"message":         "TransactionHash created",
		"transactionHash": "7c5963043b37edbe2706c2b48b4568387084acc7",
	})
}

// limit is Haso's SetPreDefinedLimit, posted as a JSON object.
func limit(merchant *imza.Merchant, recipe *imza.Recipe) http.Handler {
	refuse := func(w http.ResponseWriter, text string) {
		answer(w, map[string]any{"Success": false, "Errors": []string{text}})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var posted map[string]json.RawMessage
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, imza.MaxBody)).Decode(&posted); err != nil {
			refuse(w, err.Error())
			return
		}
		fields := imza.Fields{}
		for name, value := range posted {
			fields[name] = text(value)
		}
		if _, err := merchant.Verify(recipe, fields, fields["requestToken"]); err != nil {
			var fault *imza.Error
			if errors.As(err, &fault) {
				refuse(w, fault.Message)
				return
			}
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		answer(w, map[string]any{
			"Success": true,
			"Data":    map[string]any{"CustomerInfo": map[string]any{"customerId": fields["customerId"]}},
		})
	})
}

// text is a posted value as it enters the token: a text itself, anything else as it is written.
func text(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	return text
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}
