package exchanging_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/exchanging"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/trading"
)

// Kills: a file that stays where it was, is worked twice, or is lost when it is
// no EDI; an answer that nobody finds.
func TestWatchedFolders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db, edi.Edifact)
		d.Goods("X", catalog.WhenShort("backorder"), "A", 10)
		d.Goods("Y", catalog.WhenShort("backorder"), "A", 10)
		p := *d.partner
		p.InPath, p.OutPath = "corner/in", "corner/out"
		d.partner = desktest.Must(d.Shop, exchange.SavePartner, exchange.PartnerCommand{Partner: p}).Value.(*trading.Partner)
		root := t.TempDir()
		look := func() {
			t.Helper()
			if err := exchanging.Folders(t.Context(), d.Desk, d.Scope.Merchant, root, slog.New(slog.DiscardHandler)); err != nil {
				t.Fatal(err)
			}
			d.follow()
		}
		look()
		lay := func(name, text string) {
			path := filepath.Join(root, "corner/in", name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			old := time.UnixMicro(db.Now()).Add(-time.Minute)
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
		e := p.Envelope(3, "20260301", "1200")
		e.Sender, e.Receiver = p.Theirs, p.Ours
		order := ordered("PÖ-1")
		text, err := wire.Write(p.Standard, e, order)
		if err != nil {
			t.Fatal(err)
		}
		latin := strings.ReplaceAll(text, "Ö", "\xd6")
		lay("order.edi", latin)
		lay("noise.edi", "what is this")
		look()
		lay("order.edi", latin)
		look()
		for _, name := range []string{"in/archive/order.edi", "in/archive/order.edi.1", "in/failed/noise.edi", "in/failed/noise.edi.error.txt"} {
			if _, err := os.Stat(filepath.Join(root, "corner", name)); err != nil {
				t.Errorf("%s is not there: %v", name, err)
			}
		}
		sent, _ := filepath.Glob(filepath.Join(root, "corner/out/*.edi"))
		if len(sent) != 2 {
			t.Fatalf("left are %v", sent)
		}
		raw, err := os.ReadFile(filepath.Join(root, "corner/out/CORNER_ORDRSP_000000002.edi"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), "RFF+ON:P\xd6-1'") {
			t.Errorf("the answer is\n%s", raw)
		}
		if len(d.went(edi.TypeOrderResponse)) != 1 {
			t.Error("the same file twice was answered twice")
		}
	})
}
