package desk

import (
	"errors"

	"orderly/internal/fault"
)

// OneByOne runs commands of which there are few, so that no batch of them is
// worth a set-based statement. A fault that do gives is a refusal: do looks
// before it writes.
func OneByOne[C any](do func(*Turn, Asked[C]) (Result, error)) func(*Turn, []Asked[C]) ([]Result, error) {
	return func(t *Turn, asked []Asked[C]) ([]Result, error) {
		out := make([]Result, len(asked))
		for i, a := range asked {
			r, err := do(t, a)
			var f *fault.Error
			if errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
				r, err = Result{Err: f}, nil
			}
			if err != nil {
				return nil, err
			}
			out[i] = r
		}
		return out, nil
	}
}
