// Package copied is what `go vet` must report: tests/go.sh looks whether it does.
package copied

import "imza"

func signer(s *imza.Signer) imza.Signer                                  { return *s }
func verifier(v *imza.Verifier) imza.Verifier                            { return *v }
func explainer(x *imza.Explainer) imza.Explainer                         { return *x }
func merchant(m *imza.Merchant) imza.Merchant                            { return *m }
func discoverer(d *imza.Discoverer) imza.Discoverer                      { return *d }
func recipe(r *imza.Recipe) imza.Recipe                                  { return *r }
func merchantExplainer(x *imza.MerchantExplainer) imza.MerchantExplainer { return *x }
