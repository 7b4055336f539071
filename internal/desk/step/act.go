package step

import (
	"errors"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/tokens"
)

// Act is an operation in three parts. Load reads all that the batch needs in
// a few set-based statements; Decide takes the commands one by one, in arrival
// order, over the batch as earlier commands have left it; then the batch is
// written. Preview runs the same two on a snapshot and writes nothing.
type Act[C any] struct {
	Name       string
	Permission access.Permission
	Check      func(*C) error
	Ahead      desk.Ahead[C]
	Weight     func(*C) int
	Channel    func(*C) string
	Load       func(*Batch, []desk.Asked[C]) error

	// Decide gives the result of one command. A refusal is a fault in
	// Result.Err and has changed nothing; the error is a bug or the machine.
	Decide func(*Batch, desk.Asked[C]) (desk.Result, error)
}

// Operation gives the act to the desk.
func (a Act[C]) Operation() *desk.Operation[C] {
	decide := func(b *Batch, asked []desk.Asked[C]) ([]desk.Result, error) {
		if err := a.Load(b, asked); err != nil {
			return nil, err
		}
		out := make([]desk.Result, len(asked))
		for i, each := range asked {
			r, err := a.Decide(b, each)
			var f *fault.Error
			if err != nil && errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
				r, err = desk.Result{Err: f}, nil // a fault returned as an error is a refusal
			}
			if err != nil {
				return nil, err
			}
			out[i] = r
		}
		return out, nil
	}
	return &desk.Operation[C]{
		Name: a.Name, Permission: a.Permission, Check: a.Check, Ahead: a.Ahead, Weight: a.Weight, Channel: a.Channel,
		Run: func(t *desk.Turn, asked []desk.Asked[C]) ([]desk.Result, error) {
			b, err := open(t)
			if err != nil {
				return nil, err
			}
			out, err := decide(b, asked)
			if err == nil {
				err = b.Write()
			}
			if err == nil {
				err = serve(t, b, asked[0].Scope)
			}
			if m := t.M; len(b.placed) > 0 {
				t.OnCommit(func() { tokens.FreshOf(t.Desk.DB).Placed(m, b.placed) })
			}
			return out, err
		},
		Preview: func(d *desk.Desk, r *store.Reader, asked []desk.Asked[C]) ([]desk.Result, error) {
			b, err := look(d, r)
			if err != nil {
				return nil, err
			}
			return decide(b, asked)
		},
	}
}
