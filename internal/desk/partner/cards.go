package partner

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// CardCommand adds a version of what a partner takes.
type CardCommand struct {
	Card tariff.Card // ID, number and times are ignored
}

// AddCard keeps a version of a place's rate card. What it says never changes; days
// that have come keep the version that held.
var AddCard = step.Act[CardCommand]{
	Name: "partners.add_card", Permission: access.PurchasesWrite,
	Check: func(c *CardCommand) error {
		var l fault.List
		c.Card.Check("", &l) // what only some kinds of place may charge is seen when the place is known
		return l.Err()
	},
	Load: func(*step.Batch, []desk.Asked[CardCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[CardCommand]) (desk.Result, error) {
		c := a.Command.Card
		place, err := partnerPlace(b, a.Scope, stock.LocationID(c.Location))
		if err != nil {
			return desk.Result{}, err
		}
		var l fault.List
		c.Check(place.Kind, &l)
		if err := l.Err(); err != nil {
			return desk.Result{}, err
		}
		book, err := tariffs.Book(b.R, c.Location)
		if err != nil {
			return desk.Result{}, err
		}
		c.ID, c.CreatedAt, c.CreatedBy, c.WithdrawnAt, c.Version = tariff.CardID(b.NewID()), b.At, a.Scope.Actor.String(), 0, 1
		with, err := book.Add(c, today(b))
		if err != nil {
			return desk.Result{}, err
		}
		x := with.Last()
		if err := tellCard(b, a.Scope, x, journal.TariffAdded); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.RateCard, ID: int64(x.ID), Seq: x.Version, Status: "created", Value: x}, b.Keep(func(tx *store.Tx) error { return tariffs.Add(tx, x) })
	},
}.Operation()

// WithdrawCommand takes back a version that is not in force yet.
type WithdrawCommand struct {
	Card tariff.CardID
}

// WithdrawCard keeps a version from coming into force. It stays in the book.
var WithdrawCard = step.Act[WithdrawCommand]{
	Name: "partners.withdraw_card", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[WithdrawCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[WithdrawCommand]) (desk.Result, error) {
		was, err := tariffs.Card(b.R, a.Command.Card)
		if err == nil && (was == nil || !a.Scope.Sees(was.Location)) {
			err = fault.New(fault.NotFound, "no_such_card", "there is no rate card %s", a.Command.Card)
		}
		if err != nil {
			return desk.Result{}, err
		}
		x, err := was.Withdraw(today(b), b.At)
		if err != nil {
			return desk.Result{}, err
		}
		x.Version++
		if err := tellCard(b, a.Scope, &x, journal.TariffWithdrawn); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.RateCard, ID: int64(x.ID), Seq: x.Version, Status: "done", Value: &x}, b.Keep(func(tx *store.Tx) error { return tariffs.Withdraw(tx, &x, was.Version) })
	},
}.Operation()

// partnerPlace is a location that is a partner's, as the scope may see it.
func partnerPlace(b *step.Batch, by access.Scope, id stock.LocationID) (*stock.Location, error) {
	switch l := b.Catalog.Location(id); {
	case l == nil || !by.Sees(int64(id)):
		return nil, fault.New(fault.NotFound, "no_such_location", "there is no location %s", id)
	case !partner.Asks(l.Kind):
		return nil, fault.New(fault.Conflict, "no_partner", "%s is a place of our own (%s); only suppliers and 3PLs have rate cards", l.Name, l.Kind)
	default:
		return l, nil
	}
}

// today is the day of the act in the shop's zone.
func today(b *step.Batch) int64 { return figures.Days(b.Zone())(b.At) }

// tellCard tells of a version. What it takes is in no entry: whoever reads the
// journal need not know it.
func tellCard(b *step.Batch, by access.Scope, c *tariff.Card, typ string) error {
	data, err := json.Marshal(map[string]any{"location": stock.LocationID(c.Location).String(), "n": c.N, "from": tariff.DayText(c.From)})
	if err != nil {
		return err
	}
	b.Tell(by, journal.RateCard, int64(c.ID), c.Version, typ, data)
	return nil
}
