// Package channels keeps what the merchant calls the channels that orders come
// from, and how pages color them.
//
// A channel exists on its first order: nothing has to be set up. What has been
// said of it is a row here; of one that nobody has said anything about, what
// is shown follows from its code.
package channels

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"orderly/internal/ident"
	"orderly/internal/store"
)

// ID names a channel that something was said of.
type ID int64

func (id ID) String() string { return ident.Text("chn", int64(id)) }

// Max bounds the channels of a merchant that are shown.
const Max = 200

// Kinds are what a channel can be.
var Kinds = []string{"web", "marketplace", "shop", "phone", "other"}

// Colors are those that pages know, each readable in light and dark.
var Colors = []string{"blue", "green", "amber", "red", "violet", "teal", "pink", "gray"}

// Channel is where orders come from.
type Channel struct {
	ID          ID     // zero while nobody has said anything of it
	Code        string // as orders carry it; never changes
	Label       string
	Color       string
	Kind        string
	Active      bool // offered where one is chosen
	CreatedAt   int64
	UpdatedAt   int64
	EditVersion int64
}

// Of is what a channel is shown as that nobody has said anything of.
func Of(code string) Channel {
	c := Channel{Code: code, Label: code, Kind: "other", Active: true, Color: Colors[0]}
	if r := []rune(code); len(r) > 0 && code == strings.ToLower(code) {
		c.Label = strings.ToUpper(string(r[:1])) + strings.ReplaceAll(string(r[1:]), "_", " ")
	}
	if slices.Contains(Kinds, code) {
		c.Kind = code
	}
	sum := 0
	for _, b := range []byte(code) {
		sum = (sum*31 + int(b)) % 1_000_003
	}
	c.Color = Colors[sum%(len(Colors)-1)]
	return c
}

const columns = "id, code, label, color, kind, active, created_at, updated_at, edit_version"

func scanChannel(scan func(...any) error) (Channel, error) {
	var c Channel
	var active int64
	err := scan(&c.ID, &c.Code, &c.Label, &c.Color, &c.Kind, &active, &c.CreatedAt, &c.UpdatedAt, &c.EditVersion)
	c.Active = active != 0
	return c, err
}

// ByCode reads what was said of a channel; Of(code) when nothing was.
func ByCode(r *store.Reader, code string) (Channel, error) {
	c, err := scanChannel(r.Row("SELECT "+columns+" FROM channel WHERE m = $1 AND code = $2", r.M, code).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Of(code), nil
	}
	return c, err
}

// All lists the channels that something was said of and those that have an
// order, by label, at most Max of each. It skips along the orders' index from
// one channel to the next, so that it costs the same at a million orders.
func All(r *store.Reader) ([]Channel, error) {
	var out []Channel
	said := map[string]bool{}
	err := r.Each("SELECT "+columns+" FROM channel WHERE m = $1 ORDER BY code LIMIT $2", []any{r.M, int64(Max)}, func(scan func(...any) error) error {
		c, err := scanChannel(scan)
		out, said[c.Code] = append(out, c), true
		return err
	})
	if err != nil {
		return nil, err
	}
	for code := ""; len(out) < 2*Max; {
		err := r.Row("SELECT channel FROM orders WHERE m = $1 AND channel > $2 ORDER BY channel LIMIT 1", r.M, code).Scan(&code)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return nil, err
		}
		if !said[code] {
			out = append(out, Of(code))
		}
	}
	slices.SortFunc(out, func(a, b Channel) int {
		return strings.Compare(strings.ToLower(a.Label)+"\x00"+a.Code, strings.ToLower(b.Label)+"\x00"+b.Code)
	})
	return out, nil
}

// Labels reads what the channels are called that something was said of.
func Labels(r *store.Reader) (map[string]string, error) {
	out := map[string]string{}
	err := r.Each("SELECT code, label FROM channel WHERE m = $1 ORDER BY code LIMIT $2", []any{r.M, int64(Max)}, func(scan func(...any) error) error {
		var code, label string
		err := scan(&code, &label)
		out[code] = label
		return err
	})
	return out, err
}

var save = store.Upsert("channel", 2, "m", "id", "code", "label", "color", "kind", "active", "created_at", "updated_at", "edit_version")

// Save keeps a channel as it is now.
func Save(tx *store.Tx, c Channel) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, c.ID, c.Code, c.Label, c.Color, c.Kind, store.Bool(c.Active), c.CreatedAt, c.UpdatedAt, c.EditVersion)
	})
}
