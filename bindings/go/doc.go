// Package imza signs and verifies the requests of two services: Diyalog's DLGA header and Haso's
// requestToken.
//
// It is a thin layer over the imza library, which computes every signature and gives every verdict;
// rules such as DLGA-7 are numbered in the project's docs. What this package adds is net/http: it
// signs the request that a client is about to send and verifies the one that a server received.
//
//   - [NewSigner] and [Signer.SignRequest] sign a DLGA request.
//   - [NewVerifier] and [Middleware] verify DLGA requests in front of a [net/http.Handler].
//   - [NewMerchant], [FindRecipe] and [Merchant.Token] make a Haso token; [Merchant.SignForm] puts it
//     into a form.
//   - [NewExplainer] and [NewMerchantExplainer] tell under which reading a refused signature or token
//     does match.
//
// Everything here may be used by several goroutines at once. Errors are [*Error] values, which
// [errors.Is] compares with a [Status] such as [ErrClockSkew].
//
// Signers, verifiers, merchants, recipes and explainers hold memory of the library, secrets among it, which
// Close wipes and gives back; whatever is not closed is when the garbage collector finds it. A call
// after Close is [ErrClosed].
//
// The library is called by cgo. A program that is built without cgo imports imza/wasm, which has the same library as
// WebAssembly.
package imza
