package imza

import "strings"

// Discoverer finds the recipe of a method whose page is not public, from requests that are known to be good.
type Discoverer struct {
	_ noCopy
	*handle[discovererObject]
}

// NewDiscoverer takes credentials as [NewMerchant] does; both keys of HASO-4 are tried.
func NewDiscoverer(merchantID string, key, salt []byte) (*Discoverer, error) {
	return newDiscoverer(func(out *discovererObject, f *failure) Status {
		return hasoDiscovererNew(merchantID, key, salt, out, f)
	})
}

// NewSaltKeyedDiscoverer takes credentials as [NewSaltKeyedMerchant] does.
func NewSaltKeyedDiscoverer(merchantID string, salt []byte) (*Discoverer, error) {
	return newDiscoverer(func(out *discovererObject, f *failure) Status {
		return hasoDiscovererNewSaltKeyed(merchantID, salt, out, f)
	})
}

func newDiscoverer(prepare func(*discovererObject, *failure) Status) (*Discoverer, error) {
	object, err := newHandle(prepare, hasoDiscovererFree)
	if err != nil {
		return nil, err
	}
	return &Discoverer{handle: object}, nil
}

// AddSample adds a request that is known to be good: its posted fields and its token. A second one of the same method,
// with other values, narrows several recipes to one.
//
// The error is [ErrFieldInvalid] for another merchant's id (HASO-9), or [ErrTokenMalformed]; nothing is then changed.
func (d *Discoverer) AddSample(fields Fields, token string) error {
	return d.change(func(discoverer discovererObject, f *failure) Status {
		return hasoDiscovererAddSample(discoverer, fieldsOf(fields), token, f)
	})
}

// Discovered is a recipe that gives the tokens of all samples.
type Discovered struct {
	// Recipe is in the vendor's notation, which [ParseRecipe] reads.
	Recipe string
	// HmacKey is "merchant-key", or "merchant-salt" as for [NewSaltKeyedMerchant] (HASO-4).
	HmacKey string
}

// Discovery is what a search found.
type Discovery struct {
	// Found is every recipe, the likelier ones first; at most 1,000.
	Found []Discovered
	// Tried is how many orders were tried. Complete tells that these were all; otherwise a bound ended the search before.
	Tried    int
	Complete bool
	// Notes is what the samples leave open, a sentence each.
	Notes []string
}

// Discover searches, at most mostTries orders; 0 is the usual bound, which takes some seconds.
func (d *Discoverer) Discover(mostTries uint32) (Discovery, error) {
	discoverer, err := d.use()
	if err != nil {
		return Discovery{}, err
	}
	defer d.done()
	failure := newFailure()
	var object discoveryObject
	if hasoDiscover(discoverer, mostTries, &object, &failure) != statusOK {
		return Discovery{}, errorOf(failure)
	}
	defer discoveryFree(object)
	found := Discovery{Tried: discoveryTried(object), Complete: discoveryIsComplete(object)}
	notes, err := writing(256, func(to output) Status { return discoveryNotes(object, to) })
	if err != nil {
		return Discovery{}, err
	}
	if notes != "" {
		found.Notes = strings.Split(notes, "\n")
	}
	for index, count := 0, discoveryCount(object); index < count; index++ {
		var one Discovered
		if one.Recipe, err = writing(256, func(to output) Status { return discoveryRecipe(object, index, to) }); err != nil {
			return Discovery{}, err
		}
		if one.HmacKey, err = writing(64, func(to output) Status { return discoveryHmacKey(object, index, to) }); err != nil {
			return Discovery{}, err
		}
		found.Found = append(found.Found, one)
	}
	return found, nil
}
