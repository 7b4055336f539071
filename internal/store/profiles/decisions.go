package profiles

import (
	"fmt"

	"orderly/internal/sourcing"
	"orderly/internal/store"
)

// Kinds of decisions that are kept here.
const (
	Placeless = "placeless" // found no place: no fulfillment tells of it
	Shadowing = "shadow"    // of the version that shadows the one that holds
)

// Decision is a decision that no fulfillment keeps.
type Decision struct {
	ID      int64
	Order   int64
	Kind    string
	Profile sourcing.ProfileID // zero for the built-in rule
	At      int64
	Agrees  bool  // a shadow that chose as was done
	Points  int64 // of its choice
	Other   int64 // a shadow's points for what was done instead; meaningless when it agrees
	Reason  sourcing.Reason
}

var insertDecision = store.NewInsert("sourcing_decision", "", "m", "order_id", "id", "kind", "profile", "at", "agrees", "points", "points_other", "body")

// Append keeps decisions.
func Append(tx *store.Tx, list []Decision) error {
	return insertDecision.Run(tx, len(list), func(a []any, n int) []any {
		d := &list[n]
		agrees := int64(0)
		if d.Agrees {
			agrees = 1
		}
		return append(a, tx.M, d.Order, d.ID, d.Kind, int64(d.Profile), d.At, agrees, d.Points, d.Other, string(d.Reason.Encode()))
	})
}

const decisionColumns = "order_id, id, kind, profile, at, agrees, points, points_other, body"

func scanDecision(scan func(...any) error) (d Decision, err error) {
	var agrees int64
	var body string
	if err = scan(&d.Order, &d.ID, &d.Kind, &d.Profile, &d.At, &agrees, &d.Points, &d.Other, &body); err != nil {
		return d, err
	}
	d.Agrees = agrees != 0
	var ok bool
	if d.Reason, ok = sourcing.DecodeReason([]byte(body)); !ok {
		err = fmt.Errorf("decision %d of order %d cannot be read", d.ID, d.Order)
	}
	return d, err
}

// maxOfOrder bounds the decisions of one order that are read.
const maxOfOrder = 200

// OfOrder lists the decisions of an order, newest first.
func OfOrder(r *store.Reader, order int64) (out []Decision, err error) {
	err = r.Each("SELECT "+decisionColumns+" FROM sourcing_decision WHERE m = $1 AND order_id = $2 ORDER BY id DESC LIMIT $3", []any{r.M, order, int64(maxOfOrder)}, func(scan func(...any) error) error {
		d, err := scanDecision(scan)
		out = append(out, d)
		return err
	})
	return out, err
}

// MaxShadowed is how many decisions of a shadow are added up.
const MaxShadowed = 2000

// Shadowed is how a shadow has decided lately.
type Shadowed struct {
	Decisions int // at most MaxShadowed, the newest
	Agreed    int
	Saved     int64      // points that it would have saved where it chose otherwise, by its own weights
	Differ    []Decision // the newest that chose otherwise, at most 20
}

// ShadowOf adds up what a version has decided as a shadow.
func ShadowOf(r *store.Reader, id sourcing.ProfileID) (s Shadowed, err error) {
	const differ = 20
	err = r.Each("SELECT "+decisionColumns+" FROM sourcing_decision WHERE m = $1 AND profile = $2 AND kind = 'shadow' ORDER BY id DESC LIMIT $3", []any{r.M, int64(id), int64(MaxShadowed)}, func(scan func(...any) error) error {
		d, err := scanDecision(scan)
		s.Decisions++
		if d.Agrees {
			s.Agreed++
			return err
		}
		s.Saved += d.Other - d.Points
		if len(s.Differ) < differ {
			s.Differ = append(s.Differ, d)
		}
		return err
	})
	return s, err
}
