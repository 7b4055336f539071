package shell

import (
	"cmp"
	"net/http"
	"strconv"

	"orderly/internal/fault"
)

// PlacesPath is where somebody chooses the merchant to work at.
const PlacesPath = "/merchants"

// A page of somebody who works for several merchants says with all that it asks
// for, and all that it does, for which of them it was made: a header of what
// scripts send, a parameter of forms and streams. A session works at one merchant
// at a time, and a page in another window may be older than the last switch.
const (
	merchantHeader = "Orderly-Merchant"
	merchantQuery  = "of_merchant"
)

// here refuses what a page asks that was made for another merchant than the one
// at which the visitor works now. Of who works for several, an act that does not
// say for whom is refused too; for one there is no other.
func (v *Visit) here() error {
	if v.Signed == nil || v.route.Login || v.route.Public {
		return nil
	}
	made := cmp.Or(v.R.Header.Get(merchantHeader), v.R.URL.Query().Get(merchantQuery))
	safe := v.R.Method == http.MethodGet || v.R.Method == http.MethodHead
	switch {
	case made == strconv.FormatInt(v.Scope.Merchant, 10), made == "" && (safe || !v.Signed.Several):
		return nil
	case made == "":
		return fault.New(fault.Conflict, "no_merchant_said", "%s", v.T("shell.no_merchant_said"))
	case safe && partial(v.R):
		v.anew()
		return errAnswered
	}
	return fault.New(fault.Conflict, "other_merchant", "%s", v.T("shell.other_merchant", "name", v.Merchant.Name))
}

// errAnswered ends a request whose answer has begun.
var errAnswered = fault.New(fault.Conflict, "answered", "")

// anew has the browser load the whole page, frame and all.
func (v *Visit) anew() {
	if beside(v.R) {
		v.W.Header().Set("HX-Refresh", "true")
	} else {
		v.W.Header().Set("HX-Redirect", v.R.URL.RequestURI())
	}
	v.W.WriteHeader(http.StatusOK)
}
