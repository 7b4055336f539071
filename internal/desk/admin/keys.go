package admin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/keys"
	"orderly/internal/store/merchants"
)

// KeyPrefix begins every API key, so that a leaked one can be recognized.
const KeyPrefix = "orderly_"

// Hash is how a key is kept.
func Hash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// NewKey makes the text of a key: 128 random bits behind the prefix. It is
// shown once and never kept.
func NewKey() (string, error) {
	token, err := ident.Token(rand.Reader)
	return KeyPrefix + token, err
}

// KeyCommand makes a key whose text hashes to Hash.
type KeyCommand struct {
	Name      string
	Hash      string
	Hint      string
	Scopes    []access.Permission
	Locations []int64
	ExpiresAt int64
}

// MakeKey keeps a new key. A caller can give away no more than it holds.
var MakeKey = &desk.Operation[KeyCommand]{
	Name: "keys.make", Permission: access.KeysWrite,
	Check: func(c *KeyCommand) error {
		var l fault.List
		if c.Name == "" || len(c.Name) > 100 {
			l.Add("/name", "missing", "name the key in at most 100 characters, so that you know it later")
		}
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[KeyCommand]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			for _, p := range a.Command.Scopes {
				if err := a.Scope.Require(p); err != nil {
					out[i].Err = err
				}
			}
			if err := withinReach(a.Scope, a.Command.Locations); err != nil {
				out[i].Err = err
			}
			if out[i].Err != nil {
				continue
			}
			c := a.Command
			id := t.IDs().Next()
			k := keys.Key{ID: id, Name: c.Name, Hash: c.Hash, Hint: c.Hint, Scopes: c.Scopes, Locations: c.Locations, CreatedAt: t.At, ExpiresAt: c.ExpiresAt}
			if err := keys.Insert(t.Tx, k); err != nil {
				return nil, err
			}
			data, err := json.Marshal(map[string]any{"hint": c.Hint, "scopes": c.Scopes})
			if err != nil {
				return nil, err
			}
			if err := entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Key, id, 1, journal.KeyMade, a.Scope, data)}); err != nil {
				return nil, err
			}
			out[i] = desk.Result{Kind: journal.Key, ID: id, Seq: 1, Status: "created"}
		}
		return out, nil
	},
}

// withinReach refuses a key that would see locations its maker does not.
func withinReach(by access.Scope, locations []int64) error {
	if len(by.Locations) == 0 {
		return nil
	}
	for _, id := range locations {
		if !by.Sees(id) {
			return fault.New(fault.Denied, "beyond_reach", "a key can be given only locations that its maker sees")
		}
	}
	if len(locations) == 0 {
		return fault.New(fault.Denied, "beyond_reach", "name the new key's locations: its maker sees only some")
	}
	return nil
}

// RevokeCommand ends a key.
type RevokeCommand struct{ ID int64 }

// RevokeKey ends keys at once; what they did stays in the journal.
var RevokeKey = &desk.Operation[RevokeCommand]{
	Name: "keys.revoke", Permission: access.KeysWrite,
	Run: func(t *desk.Turn, asked []desk.Asked[RevokeCommand]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			ok, err := keys.Revoke(t.Tx, a.Command.ID)
			if err != nil {
				return nil, err
			}
			if !ok {
				out[i].Err = fault.New(fault.NotFound, "no_such_key", "there is no such living key")
				continue
			}
			e := entries.New(t.Tx, journal.Key, a.Command.ID, 2, journal.KeyRevoked, a.Scope, []byte("{}"))
			if err := entries.Append(t.Tx, []journal.Entry{e}); err != nil {
				return nil, err
			}
			out[i] = desk.Result{Kind: journal.Key, ID: a.Command.ID, Seq: 2, Status: "done"}
		}
		return out, nil
	},
}

// Main is the merchant of an installation that has one.
const Main = 1

// Setup makes the first merchant, unless it is there. It reports whether it
// made it, so that the first start can show a key.
func Setup(ctx context.Context, db *store.DB, name, zone, currency string) (made bool, err error) {
	if _, err := money.ParseCurrency(currency); err != nil {
		return false, err
	}
	err = db.Transact(ctx, func(tx *store.Tx) error {
		made = false
		scope := access.System(Main, "system", "setup")
		tx.M = Main
		if there, err := merchants.Exists(tx, Main); err != nil || there {
			return err
		}
		made = true
		if err := merchants.Insert(tx, merchants.Merchant{ID: Main, Name: name, Zone: zone, Currency: currency, CreatedAt: tx.At}); err != nil {
			return err
		}
		if err := tx.For(Main); err != nil {
			return err
		}
		data := fmt.Appendf(nil, `{"zone":%q,"currency":%q}`, zone, currency)
		return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Merchant, Main, 1, journal.MerchantMade, scope, data)})
	})
	if store.Duplicate(err) { // another node that starts at this moment was first
		return false, nil
	}
	return made, err
}
