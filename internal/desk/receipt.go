package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/store/receipts"
)

// stored is a Result as a receipt keeps it.
type stored struct {
	Kind   string        `json:"kind,omitempty"`
	ID     int64         `json:"id,omitempty"`
	Seq    int64         `json:"seq,omitempty"`
	Status string        `json:"status,omitempty"`
	Fault  *storedFault  `json:"fault,omitempty"`
	Fields []fault.Field `json:"fields,omitempty"`
}

type storedFault struct {
	Kind    fault.Kind `json:"kind"`
	Code    string     `json:"code"`
	Message string     `json:"message"`
}

// runWithReceipts runs a batch of tasks of one operation, answering those
// whose key was used before from their receipt. Two tasks with one key in one
// batch are run one after the other, so the second finds the first's receipt.
func (t *Turn) runWithReceipts(tasks []*task) error {
	for len(tasks) > 0 {
		batch, rest, err := t.admit(tasks)
		if err != nil {
			return err
		}
		if len(batch) > 0 {
			if err := batch[0].run.runTasks(t, batch); err != nil {
				return err
			}
			if err := t.keepReceipts(batch); err != nil {
				return err
			}
		}
		tasks = rest
	}
	return nil
}

// admit settles tasks with a known key and takes the others up to the first
// that repeats a key of this very batch.
func (t *Turn) admit(tasks []*task) (batch, rest []*task, err error) {
	seen := map[receipts.Key]bool{}
	for i, each := range tasks {
		if each.opts.Key == "" {
			batch = append(batch, each)
			continue
		}
		k := each.key()
		if seen[k] {
			return batch, tasks[i:], nil
		}
		seen[k] = true
		r, ok, err := receipts.Find(&t.Reader, k)
		switch {
		case err != nil:
			return nil, nil, err
		case !ok:
			batch = append(batch, each)
		case !bytes.Equal(r.Hash, each.opts.Hash):
			refused := fault.New(fault.Invalid, "key_reused", "the Idempotency-Key %q was used for another request; use a new key for a new request", k.Key)
			each.got = make([]Result, each.count)
			for j := range each.got {
				each.got[j].Err = refused
			}
		default:
			if each.got, err = decodeReceipt(r.Data); err != nil {
				return nil, nil, err
			}
			each.replayed = true
		}
	}
	return batch, nil, nil
}

func (t *task) key() receipts.Key {
	return receipts.Key{Principal: t.scope.Actor.String(), Route: t.opts.Route, Key: t.opts.Key}
}

func (t *Turn) keepReceipts(tasks []*task) error {
	var list []receipts.Receipt
	for _, each := range tasks {
		if each.opts.Key == "" {
			continue
		}
		data, err := encodeReceipt(each.got)
		if err != nil {
			return err
		}
		list = append(list, receipts.Receipt{Key: each.key(), Hash: each.opts.Hash, Data: data})
	}
	return receipts.Insert(t.Tx, list)
}

func encodeReceipt(results []Result) ([]byte, error) {
	out := make([]stored, len(results))
	for i, r := range results {
		out[i] = stored{Kind: r.Kind, ID: r.ID, Seq: r.Seq, Status: r.Status}
		var f *fault.Error
		if errors.As(r.Err, &f) {
			out[i].Fault, out[i].Fields = &storedFault{f.Kind, f.Code, f.Message}, f.Fields
		} else if r.Err != nil {
			return nil, fmt.Errorf("a refusal must be a fault: %w", r.Err)
		}
	}
	return json.Marshal(out)
}

func decodeReceipt(data []byte) ([]Result, error) {
	var in []stored
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("read receipt: %w", err)
	}
	out := make([]Result, len(in))
	for i, s := range in {
		out[i] = Result{Kind: s.Kind, ID: s.ID, Seq: s.Seq, Status: s.Status}
		if s.Fault != nil {
			out[i].Err = &fault.Error{Kind: s.Fault.Kind, Code: s.Fault.Code, Message: s.Fault.Message, Fields: s.Fields}
		}
	}
	return out, nil
}
