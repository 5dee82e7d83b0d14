package imza_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"imza"
)

func ExampleSigner_SignRequest() {
	signer, err := imza.NewSigner("key-id", []byte("not-a-real-secret"))
	if err != nil {
		panic(err)
	}
	defer signer.Close()

	req, err := http.NewRequest("POST", "https://api.diyalog.im/v1/application/finishonlinehelp",
		strings.NewReader(`{"customerId":"123456"}`))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Content-Type", "application/json")
	// A real client signs with time.Now().
	if err := signer.SignRequest(req, "45186", time.Unix(1615296512, 0)); err != nil {
		panic(err)
	}
	fmt.Println(req.Header.Get("x-dlg-date"))
	fmt.Println(req.Header.Get("x-dlg-authorization"))
	// Output:
	// Tue, 09 Mar 2021 13:28:32 GMT
	// DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=
}

func ExampleMiddleware() {
	verifier, err := imza.NewVerifier()
	if err != nil {
		panic(err)
	}
	if err := verifier.AddKey("key-id", []byte("not-a-real-secret")); err != nil {
		panic(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accepted, _ := imza.AcceptedFrom(r.Context())
		fmt.Fprintf(w, "signed by %s", accepted.KeyID)
	})
	server := httptest.NewServer(imza.Middleware(verifier)(handler))
	defer server.Close()

	answer, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode)
	// Output: 400
}

func ExampleVerifier_Verify() {
	verifier, err := imza.NewVerifier(imza.WithWindow(5*time.Minute, time.Minute))
	if err != nil {
		panic(err)
	}
	defer verifier.Close()
	if err := verifier.AddKey("key-id", []byte("not-a-real-secret")); err != nil {
		panic(err)
	}
	request := imza.Request{
		Method:      "POST",
		ContentType: "application/json",
		Date:        "Tue, 09 Mar 2021 13:28:32 GMT",
		Resource:    "/v1/application/finishonlinehelp",
		Body:        []byte(`{"customerId":"123456"}`),
	}
	authorization := "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="

	accepted, err := verifier.Verify(request, authorization, "45186", time.Unix(1615296512, 0))
	fmt.Println(accepted.KeyID, err)

	_, err = verifier.Verify(request, authorization, "45186", time.Unix(1615296512, 0).Add(time.Hour))
	var refusal *imza.Error
	if errors.Is(err, imza.ErrClockSkew) && errors.As(err, &refusal) {
		fmt.Println(refusal.HTTPStatus, refusal.VendorText)
	}
	// Output:
	// key-id <nil>
	// 403 Request time may not be correct.
}

func ExampleMerchant_Token() {
	merchant, err := imza.NewMerchant("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real"))
	if err != nil {
		panic(err)
	}
	defer merchant.Close()
	recipe, err := imza.FindRecipe("SetPreDefinedLimit")
	if err != nil {
		panic(err)
	}
	defer recipe.Close()

	token, err := merchant.Token(recipe, imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD"})
	fmt.Println(token, err)

	_, err = merchant.Token(recipe, imza.Fields{"customerId": "5500123"})
	var fault *imza.Error
	if errors.As(err, &fault) {
		fmt.Println(fault.Status, fault.Field)
	}
	// Output:
	// FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4= <nil>
	// IMZA_HASO_FIELD_MISSING dealerSegment
}

func ExampleMerchant_SignForm() {
	merchant, err := imza.NewMerchant("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real"))
	if err != nil {
		panic(err)
	}
	defer merchant.Close()
	recipe, err := imza.ParseRecipe("merchantId + ipAddress + orderNo + note? + merhant_salt")
	if err != nil {
		panic(err)
	}
	defer recipe.Close()

	form := url.Values{"orderNo": {"77"}}
	if err := merchant.SignForm(recipe, form); err != nil {
		panic(err)
	}
	fmt.Println(form.Get("merchantId"), len(form.Get("requestToken")))
	message, err := merchant.Message(recipe, imza.Fields{"orderNo": "77"})
	fmt.Println(message, err)
	// Output:
	// 1000042 44
	// 100004277[salt] <nil>
}

func ExampleExplainer() {
	explainer, err := imza.NewExplainer()
	if err != nil {
		panic(err)
	}
	defer explainer.Close()
	if err := explainer.AddKey("key-id", []byte("not-a-real-secret")); err != nil {
		panic(err)
	}
	// The client signed the body without its final newline, and sent it with one.
	request := imza.Request{
		Method:      "POST",
		ContentType: "application/json",
		Date:        "Tue, 09 Mar 2021 13:28:32 GMT",
		Resource:    "/v1/application/finishonlinehelp",
		Body:        []byte("{\"customerId\":\"123456\"}\n"),
	}
	authorization := "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="

	explanation, err := explainer.Explain(request, authorization, "45186")
	if err != nil {
		panic(err)
	}
	fmt.Println(explanation.Valid)
	fmt.Println(explanation.Matches[0].Text)
	// Output:
	// false
	// matches when the body has no final newline
}

func ExampleMerchantExplainer() {
	explainer, err := imza.NewMerchantExplainer("1000042", []byte("merchant-key-not-real"), []byte("merchant-salt-not-real"))
	if err != nil {
		panic(err)
	}
	defer explainer.Close()
	recipe, err := imza.FindRecipe("SetPreDefinedLimit")
	if err != nil {
		panic(err)
	}
	defer recipe.Close()

	fields := imza.Fields{"customerId": "5500123", "dealerSegment": "GOLD"}
	explanation, err := explainer.Explain(recipe, fields, "3xcpQ2AdW0QP213LSp6ZNFwKj9I72YLvPDdxAvd2sNQ=")
	if err != nil {
		panic(err)
	}
	fmt.Println(explanation.Matches[0].Text)
	fmt.Println(explanation.SignedText)
	// Output:
	// matches when the salt is left out
	// 10000425500123GOLD[salt]
}
