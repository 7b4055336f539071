package eraser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/forget"
	"orderly/internal/desk/help"
	"orderly/internal/desk/intake"
	"orderly/internal/eraser"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/invoice"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/project"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/invoices"
	"orderly/internal/store/persons"
	"orderly/internal/store/returned"
	"orderly/internal/store/storetest"
	"orderly/internal/store/uploads"
	"orderly/internal/support"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// words are those of the person, as somebody might look for them.
var words = []string{"zbigniew", "wiśniowiecki", "zb.wisnia", "600700800", "mickiewicza", "jaskółcza"}

const email = "Zb.Wisnia@poczta.example.com"

func him() party.Parties {
	c := party.Contact{Name: "Zbigniew Wiśniowiecki", Email: email, Phone: "+48 600700800", Company: "Zbigniew Jaskółcza"}
	a := party.Address{Name: "Zbigniew Wiśniowiecki", Line1: "ul. Mickiewicza 17", City: "Łódź", PostalCode: "90-001", Country: "PL", Phone: "+48 600700800"}
	return party.Parties{Customer: c, ShipTo: a, BillTo: a}
}

// found lists the tables in which any of the words stands, whatever its case.
func found(t *testing.T, s *desktest.Shop, words ...string) []string {
	t.Helper()
	var out []string
	for _, table := range append([]string{"merchant"}, audit.Tables...) {
		hit := ""
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			rows, err := r.Query("SELECT * FROM "+table+" WHERE m = $1", r.M)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				cells := make([]any, len(columns))
				for i := range cells {
					cells[i] = new(any)
				}
				if err := rows.Scan(cells...); err != nil {
					return err
				}
				for i, c := range cells {
					text := fmt.Sprint(*c.(*any))
					if b, ok := (*c.(*any)).([]byte); ok {
						text = string(b)
					}
					for _, w := range words {
						if strings.Contains(strings.ToLower(text), w) {
							hit = table + "." + columns[i]
						}
					}
				}
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		if hit != "" {
			out = append(out, hit)
		}
	}
	return out
}

type shop struct {
	*desktest.Shop
	customer party.ID
	orders   []order.ID
}

func (s *shop) caughtUp() {
	s.T.Helper()
	if err := (&project.Search{DB: s.DB}).CatchUp(context.Background()); err != nil {
		s.T.Fatal(err)
	}
}

// deliver has an order paid, shipped and delivered.
func (s *shop) deliver(p *intake.Placed) {
	s.T.Helper()
	for _, f := range p.Fulfillments {
		s.Work(f.ID, "release", "pick", "pack", "ship")
		desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: f.ID, Act: "deliver", Proof: &fulfillment.Proof{Name: "Zbigniew Wiśniowiecki", Place: "Mickiewicza", Data: picture(s.T)}})
	}
	desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: p.Order.Totals.Payable(), Reference: "bank"})
}

// life gives a person a customer's record, orders of theirs and without one,
// and words in every place that we know of.
func life(t *testing.T, db *store.DB, n int) *shop {
	s := &shop{Shop: desktest.Open(t, db)}
	s.Goods("TEA", catalog.Backorder, "A", 10_000)
	s.Place("TEA", 1) // somebody else
	him := him()
	s.customer = party.ID(desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{
		ExternalID: "zb.wisnia-7", Contact: him.Customer, Address: him.ShipTo, Custom: []byte(`{"nick":"zb.wisnia"}`)}}).ID)
	for i := range n {
		r := s.Request("TEA", 1)
		r.Parties, r.Custom = him, []byte(`{"gift":"for Zbigniew Wiśniowiecki"}`)
		r.Lines[0].Custom = []byte(`{"engraving":"Zbigniew"}`)
		if i%2 == 0 {
			r.CustomerID = s.customer
		}
		p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		s.deliver(p)
		s.orders = append(s.orders, p.Order.ID)
	}
	first := s.orders[0]
	link := access.Link(admin.Main, int64(first), "test")
	desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: first, Note: "Zbigniew called from 600700800"})
	desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: first})
	if _, err := desk.One(context.Background(), s.Desk, care.Report, link, care.ReportCommand{Order: first, Reason: "damaged", Text: "the neighbor Wiśniowiecki"}, desk.Options{}); err != nil {
		t.Fatal(err)
	}
	desktest.Must(s.Shop, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "Test Shop Ltd", Address: "1 High Street", Series: "INV-", CreditSeries: "CN-", Pattern: invoice.DefaultPattern}})
	desktest.Must(s.Shop, bill.Issue, bill.IssueCommand{Order: first})
	return s
}

// picture is one with somebody's name behind it, where an erasure cannot look.
func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), "zbigniew"...)
}

// service has the person bring goods back with a receipt and without one, and
// ask what became of it, each with files; somebody else's parcel was left with
// them.
func (s *shop) service(link access.Scope) {
	s.T.Helper()
	first, at := s.orders[0], s.Locations["A"]
	back := desktest.Must(s.Shop, care.CounterReturn, care.CounterCommand{Order: first, Location: at, Reason: "unwanted", Pay: "tenders", Lines: []care.CounterLine{{Line: 1, Quantity: 1, Disposition: returns.Restock}}})
	storetest.Exec(s.T, s.DB, "UPDATE order_return SET comment = 'Zbigniew', note = 'Zbigniew', money_reason = 'Zbigniew' WHERE m = 1")
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		if err := tx.For(admin.Main); err != nil {
			return err
		}
		return returned.AddFiles(tx, []returns.File{{ID: 8, Return: returns.ID(back.ID), Purpose: returns.Photo, Kind: "image/png", Size: 9, Data: picture(s.T), At: tx.At},
			{ID: 9, Return: returns.ID(back.ID), Purpose: "label", Kind: "application/pdf", Size: 9, Data: []byte("%PDF zbigniew"), At: tx.At}})
	})
	if err != nil {
		s.T.Fatal(err)
	}
	policy := returns.Default
	policy.TypedMost = 500
	desktest.Must(s.Shop, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: policy})
	typed := int64(200)
	desktest.Must(s.Shop, care.TakeUnreceipted, care.TakeCommand{Location: at, Email: email, Name: "Zbigniew", Amount: &typed, Reason: "Wiśniowiecki is known", Lines: []care.TakeLine{{SKU: "TEA", Quantity: 1, Disposition: returns.Restock}}})
	r, err := desk.One(context.Background(), s.Desk, help.Ask, link, help.AskCommand{Order: int64(first), Ask: support.Ask{Want: "question", Text: "Zbigniew asks"}, Photos: []support.File{{Name: "zbigniew.png", Data: picture(s.T)}}}, desk.Options{})
	if err != nil {
		s.T.Fatal(err)
	}
	desktest.Must(s.Shop, help.Resolve, help.MoveCommand{Case: support.ID(r.ID), Cause: support.Causes[0], Note: "Zbigniew was told"})
	other := s.Place("TEA", 1).Fulfillments[0].ID
	s.Work(other, "release", "pick", "pack", "ship")
	desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: other, Act: "deliver", Proof: &fulfillment.Proof{Name: "Zbigniew Wiśniowiecki", Place: "with a neighbor"}})
}

// exports fails unless the export tells what service planted.
func (s *shop) exports() {
	s.T.Helper()
	k, err := forget.Find(context.Background(), s.Desk, s.Scope, forget.BeginCommand{Customer: s.customer})
	var b bytes.Buffer
	if err == nil {
		err = k.Write(context.Background(), s.Desk, s.Scope, &b)
	}
	if err != nil || !json.Valid(b.Bytes()) {
		s.T.Fatalf("%v: %s", err, b.Bytes())
	}
	for _, want := range []string{`"deliveries":[{"at":"20`, `"place":"Mickiewicza"`, `"purpose":"label"`, `"purpose":"photo"`, `"without_receipt":[{"amount":200,"at":"20`, "is known", "Zbigniew asks", `"files":[{"at":"20`, `"kind":"image/png"`, "Zbigniew was told"} {
		if !strings.Contains(b.String(), want) {
			s.T.Errorf("the export does not tell %s", want)
		}
	}
	if strings.Contains(b.String(), "a neighbor") {
		s.T.Error("the export tells of somebody else's parcel")
	}
}

// told plants once more what an erasure takes away; verify tells each, and it
// is taken away again.
func (s *shop) told() {
	s.T.Helper()
	storetest.Exec(s.T, s.DB, "INSERT INTO parcel_proof (m, parcel, name, place, kind, size, data, at, told_at) SELECT m, min(id), 'x', '', '', 0, $1, 5, 5 FROM parcel WHERE m = 1 AND order_id = $2 GROUP BY m", []byte{1}, int64(s.orders[0]))
	storetest.Exec(s.T, s.DB, "INSERT INTO return_file (m, id, return_id, purpose, kind, size, data, at) SELECT m, 8, id, 'photo', '', 1, $1, 5 FROM order_return WHERE m = 1 AND order_id = $2", []byte{1}, int64(s.orders[0]))
	storetest.Exec(s.T, s.DB, "INSERT INTO case_file (m, id, message, name, kind, size, data) SELECT m, 8, min(id), 'x', '', 1, $1 FROM case_message WHERE m = 1 GROUP BY m", []byte{1})
	storetest.Exec(s.T, s.DB, "UPDATE unreceipted SET reason = 'x' WHERE m = 1")
	report, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Quick})
	if err != nil {
		s.T.Fatal(err)
	}
	var said []string
	for _, v := range report.Violations {
		if v.ID == "P1" {
			said = append(said, v.Message)
		}
	}
	if all := strings.Join(said, "; "); len(said) != 2 || !strings.Contains(all, "3 rows of it") || !strings.Contains(all, "something is left of them") {
		s.T.Errorf("verify tells %q", said)
	}
	for _, text := range []string{"DELETE FROM parcel_proof WHERE told_at = 5", "DELETE FROM return_file WHERE id = 8", "DELETE FROM case_file WHERE id = 8", "UPDATE unreceipted SET reason = ''"} {
		storetest.Exec(s.T, s.DB, text)
	}
}

func (s *shop) plant() {
	s.T.Helper()
	text := []byte("name,email\nZbigniew Wiśniowiecki," + email + "\n")
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		if err := tx.For(admin.Main); err != nil {
			return err
		}
		f := &uploads.File{ID: 77, Name: "zb.wisnia.csv of " + email, What: "customers", Status: uploads.Done, Parts: 2, Size: int64(len(text)), ExpiresAt: tx.At + 1e12, CreatedAt: tx.At}
		return errors.Join(uploads.Save(tx, f), uploads.AddPart(tx, 77, 0, text[:20]), uploads.AddPart(tx, 77, 1, text[20:]),
			uploads.AddRejects(tx, 77, []uploads.Reject{{Line: 3, Ref: email, Code: "x", Reason: "bad " + email, Text: string(text)}, {Line: 4, Text: "somebody else"}}))
	})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, text := range []string{ // a partner and we talk about the person's second order
		"INSERT INTO talk (m, id, about, subject, supplier, location, order_id, token, awaits, since, at, updated_at, version) VALUES (1, 71, 'tst', 1, 0, 0, " + strconv.FormatInt(int64(s.orders[1]), 10) + ", 'x', '', 0, 1, 1, 0)",
		"INSERT INTO talk_message (m, id, talk, way, source, event, actor, from_name, from_address, to_address, text, rfc_id, refs, auto, state, attempts, why, at, updated_at) VALUES (1, 72, 71, 'in', 'portal', '', '', '', '', '', 'For " + email + "', '', '', '', 'kept', 0, '', 1, 1)",
		"INSERT INTO case_file (m, id, message, name, kind, size, data) SELECT 1, 73, 72, '" + email + "', 'x', 1, data FROM case_file LIMIT 1",
	} {
		storetest.Exec(s.T, s.DB, text)
	}
	storetest.Exec(s.T, s.DB, "UPDATE trouble SET settled_at = 5, settled_by = 'x' WHERE m = 1")
}

func (s *shop) begin(c forget.BeginCommand) (*forget.Begun, error) {
	r, err := desktest.Try(s.Shop, forget.Begin, c)
	b, _ := r.Value.(*forget.Begun)
	return b, err
}

func (s *shop) run(b *forget.Begun, mail string, hold func(*store.Tx) error) error {
	return eraser.Erase(context.Background(), s.Desk, admin.Main, forget.Work{Erasure: int64(b.Erasure.ID), Customer: int64(b.Erasure.Customer), Email: privacy.Fold(mail)}, hold)
}

func free(*store.Tx) error { return nil }

func (s *shop) clean() {
	s.T.Helper()
	s.caughtUp()
	if err := (&project.Figures{DB: s.DB}).CatchUp(context.Background()); err != nil {
		s.T.Fatal(err)
	}
	report, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, v := range report.Violations {
		s.T.Errorf("%s %s: %s", v.ID, v.Subject, v.Message)
	}
}

// After an erasure no table has any word of the person, but the documents that
// were issued; and when their time is over, they have none either. The books
// hold all the while.
//
// Kills: any table that an erasure forgets.
func TestNothingIsLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := life(t, db, 6)
		s.service(access.Link(admin.Main, int64(s.orders[0]), "test"))
		s.caughtUp()
		s.plant()
		got := found(t, s.Shop, words...)
		for _, table := range []string{"parcel_proof.", "return_file.", "order_return.", "unreceipted.", "case_message.", "case_file.", "talk_message."} {
			if !slices.ContainsFunc(got, func(at string) bool { return strings.HasPrefix(at, table) }) {
				t.Errorf("the test plants nothing in %s", table)
			}
		}
		if len(got) < 18 {
			t.Fatalf("the test plants words in few places: %v", got)
		}
		s.exports()
		seen, err := desk.Preview(context.Background(), s.Desk, forget.Begin, s.Scope, []forget.BeginCommand{{Customer: s.customer}})
		if err != nil || seen[0].Err != nil {
			t.Fatal(err, seen[0].Err)
		}
		c := seen[0].Value.(*forget.Begun).Count
		if c.Orders != 6 || c.Guest != 3 || c.Notes != 1 || c.Reports != 1 || c.Documents != 1 || c.KeptUntil == 0 || c.BlocksTotal != 0 {
			t.Errorf("preview %+v", c)
		}
		b, err := s.begin(forget.BeginCommand{Customer: s.customer})
		if err != nil {
			t.Fatal(err)
		}
		storetest.Exec(t, db, "DELETE FROM job WHERE kind = 'erase_person'") // the test is the worker
		if err := s.run(b, email, free); err != nil {
			t.Fatal(err)
		}
		s.Remembers()
		s.caughtUp()
		if got := found(t, s.Shop, words...); len(got) != 1 || got[0] != "invoice.body" {
			t.Errorf("words of the person are left in %v", got)
		}
		s.clean()
		s.told()
		s.expire(b)
	})
}

// expire has the time of documents end.
func (s *shop) expire(b *forget.Begun) {
	t := s.T
	if n, err := eraser.Sweep(context.Background(), s.Desk, admin.Main); n != 0 || err != nil {
		t.Errorf("%d documents were dropped before their time: %v", n, err)
	}
	desktest.Must(s.Shop, forget.SaveSetting, forget.SettingCommand{Setting: privacy.Setting{Years: 0}})
	if n, err := eraser.Sweep(context.Background(), s.Desk, admin.Main); n != 0 || err != nil {
		t.Errorf("%d documents that are kept for ever were dropped: %v", n, err)
	}
	old := "UPDATE invoice SET issued_on = issued_on - 20000"
	storetest.Exec(t, s.DB, old)
	desktest.Must(s.Shop, forget.SaveSetting, forget.SettingCommand{Setting: privacy.Setting{Years: 1}})
	n, err := eraser.Sweep(context.Background(), s.Desk, admin.Main)
	if n != 1 || err != nil {
		t.Errorf("%d documents were dropped when their time was over: %v", n, err)
	}
	storetest.Exec(t, s.DB, "UPDATE invoice SET issued_on = issued_on + 20000")
	if got := found(s.T.(*testing.T), s.Shop, words...); len(got) != 0 {
		t.Errorf("words of the person are left in %v", got)
	}
	s.clean()
	if n, err := eraser.Sweep(context.Background(), s.Desk, admin.Main); n != 0 || err != nil {
		t.Errorf("%d more were dropped: %v", n, err)
	}
	r, err := s.begin(forget.BeginCommand{Customer: b.Erasure.Customer})
	if err != nil || r.Erasure.ID != b.Erasure.ID {
		t.Errorf("a second erasure: %+v %v", r, err)
	}
	_, err = desktest.Try(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Only: "update", Customer: party.Customer{ID: b.Erasure.Customer, Contact: party.Contact{Name: "Again"}}})
	if fault.CodeOf(err) != "customer_erased" {
		t.Errorf("an erased customer was given a name: %v", err)
	}
}

// A worker that dies anywhere is followed by one that ends its work.
//
// Kills: a step that is not done again, or that does something twice.
func TestKilled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := life(t, db, 4)
		s.plant()
		s.caughtUp()
		b, err := s.begin(forget.BeginCommand{Customer: s.customer})
		if err != nil {
			t.Fatal(err)
		}
		for fails := range 2 {
			held := 0
			err := s.run(b, email, func(*store.Tx) error {
				if held++; held > fails {
					return errors.New("killed")
				}
				return nil
			})
			if err == nil {
				t.Fatal("nobody was killed")
			}
		}
		// one order was done, and the rest not
		if _, err := desktest.Try(s.Shop, forget.Orders, forget.OrderCommand{Order: s.orders[0], Erasure: b.Erasure.ID}); err != nil {
			t.Fatal(err)
		}
		if err := s.run(b, email, free); err != nil {
			t.Fatal(err)
		}
		if err := s.run(b, email, free); err != nil {
			t.Error("again:", err)
		}
		err = db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			e, _, err := persons.Get(r, b.Erasure.ID)
			if e.State != privacy.Done || e.Orders != 4 || e.Documents != 1 {
				t.Errorf("%+v", e)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.clean()
	})
}

// What is not over stands in the way, each named.
func TestInTheWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := life(t, db, 2)
		r := s.Request("TEA", 1)
		r.Parties, r.CustomerID = him(), s.customer
		p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		s.caughtUp()
		_, err := s.begin(forget.BeginCommand{Customer: s.customer})
		if fault.CodeOf(err) != "not_over" {
			t.Fatal(err)
		}
		var f *fault.Error
		errors.As(err, &f)
		var kinds []string
		for _, x := range f.Fields {
			kinds = append(kinds, x.Code)
		}
		if strings.Join(kinds, " ") != "open_order open_payment problem" {
			t.Errorf("in the way: %v", kinds)
		}
		for _, f := range p.Fulfillments {
			s.Work(f.ID, "release")
			desktest.Must(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: f.ID})
		}
		if _, err := s.begin(forget.BeginCommand{Email: email}); fault.CodeOf(err) != "is_customer" {
			t.Errorf("the address of a customer: %v", err)
		}
		if _, err := s.begin(forget.BeginCommand{Email: "nobody@example.com"}); fault.CodeOf(err) != "no_such_person" {
			t.Errorf("nobody: %v", err)
		}
		clerk := access.System(admin.Main, "user", "1")
		clerk.Permissions = access.PermissionsOf([]access.Role{access.Support, access.Sales, access.Operations})
		if _, err := desk.One(context.Background(), s.Desk, forget.Begin, clerk, forget.BeginCommand{Customer: s.customer}, desk.Options{}); fault.KindOf(err) != fault.Denied {
			t.Errorf("a clerk: %v", err)
		}
	})
}
