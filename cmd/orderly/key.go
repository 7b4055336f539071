package main

import (
	"context"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/journal"
	"orderly/internal/store/keys"
)

type keyCommand struct {
	Create keyCreateCommand `cmd:"" help:"Make a key and show it once."`
	List   keyListCommand   `cmd:"" help:"List the keys, newest first, without their secrets."`
	Revoke keyRevokeCommand `cmd:"" help:"End a key at once."`
}

func (keyCommand) Help() string {
	return "Keys are kept as hashes: a lost key cannot be shown again, only replaced. These commands work beside a running server; it knows a new key at once.\n\n" +
		"Example:\n\n\torderly key create --name webshop --scopes orders:write,stock:read"
}

// makeKey invents a key and keeps its hash by the operation.
func makeKey(ctx context.Context, d *desk.Desk, op *desk.Operation[admin.KeyCommand], scope access.Scope, c admin.KeyCommand) (text string, r desk.Result, err error) {
	if text, err = admin.NewKey(scope.Merchant); err != nil {
		return "", r, err
	}
	c.Hash, c.Hint = admin.Hash(text), admin.KeyHint(text)
	r, err = desk.One(ctx, d, op, scope, c, desk.Options{})
	return text, r, err
}

// firstKeyOperation makes a key only where none was ever made: under the
// merchant's lock, so that of several first starts one shows a key.
var firstKeyOperation = &desk.Operation[admin.KeyCommand]{
	Name: "keys.make_first", Permission: access.KeysWrite,
	Run: func(t *desk.Turn, asked []desk.Asked[admin.KeyCommand]) ([]desk.Result, error) {
		there, err := keys.List(&t.Reader)
		if err != nil {
			return nil, err
		}
		out := slices.Repeat([]desk.Result{{Kind: journal.Key, Status: "unchanged"}}, len(asked))
		if len(there) == 0 {
			made, err := admin.MakeKey.Run(t, asked[:1])
			if err != nil {
				return nil, err
			}
			out[0] = made[0]
		}
		return out, nil
	},
}

// firstKey is the text of a new admin key, or nothing when the shop has keys.
func firstKey(ctx context.Context, d *desk.Desk) (string, error) {
	text, r, err := makeKey(ctx, d, firstKeyOperation, commandScope("key"), admin.KeyCommand{Name: "first admin key", Scopes: access.All})
	if err != nil || r.Status != "created" {
		return "", err
	}
	return text, nil
}
