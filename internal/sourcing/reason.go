package sourcing

import "encoding/json"

// Rule names the rule of this version, as reasons keep it.
const Rule = "fewest_splits/1"

// Reason is why a location was chosen, in the form that is kept with the work:
// the decision without what it took from where, which the work itself says.
type Reason struct {
	Rule   string `json:"rule"`
	Tried  int    `json:"tried"`  // places that had anything that was asked for
	Places int    `json:"places"` // that the order is sent from
	Exact  bool   `json:"exact"`  // every combination was considered
}

// Reason is what is kept of a decision.
func (d *Decision) Reason() Reason {
	return Reason{Rule: Rule, Tried: d.Tried, Places: len(d.Places), Exact: d.Exact}
}

// Encode gives the text that is kept. It reads again as what it was.
func (r Reason) Encode() []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // words and numbers always marshal
	}
	return b
}

// DecodeReason reads a kept text; ok is false when there is none, or none that
// can be read. What a later version adds is passed over.
func DecodeReason(text []byte) (r Reason, ok bool) {
	if len(text) == 0 || json.Unmarshal(text, &r) != nil {
		return Reason{}, false
	}
	return r, true
}
