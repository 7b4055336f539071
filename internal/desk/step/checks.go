package step

import (
	"cmp"

	"orderly/internal/party"
	"orderly/internal/store/checks"
	"orderly/internal/verification"
)

// checkBook is what the rules compare the orders of a batch with.
type checkBook struct {
	before []verification.Seen // of the books, and of earlier commands of the batch
	traits []checks.Trait      // that are new
	blocks map[party.ID]checks.Block
	mails  map[string]string
}

// LoadTraits reads the orders that have one of the traits.
func (b *Batch) LoadTraits(keys []int64, since int64) (err error) {
	b.checks.before, err = checks.Before(b.R, keys, since)
	return err
}

// LoadBlocks reads who of these is blocked.
func (b *Batch) LoadBlocks(who []party.ID, emails []string) (err error) {
	if b.checks.blocks, err = checks.Blocks(b.R, who); err != nil {
		return err
	}
	b.checks.mails, err = checks.BlockedMail(b.R, emails)
	return err
}

// Blocked is why a customer is; "" when nobody has.
func (b *Batch) Blocked(id party.ID, email string) string {
	if email == "" {
		return b.checks.blocks[id].Reason
	}
	return cmp.Or(b.checks.blocks[id].Reason, b.checks.mails[email])
}

// Before are the orders with one of the traits, earlier ones of the batch too.
func (b *Batch) Before(keys []int64) (out []verification.Seen) {
	for _, s := range b.checks.before {
		for _, k := range keys {
			if s.Key == k {
				out = append(out, s)
			}
		}
	}
	return out
}

// AddTrait has later orders find this one.
func (b *Batch) AddTrait(t checks.Trait, number int64) {
	b.checks.traits = append(b.checks.traits, t)
	b.checks.before = append(b.checks.before, verification.Seen{Key: t.Trait, Order: int64(t.Order), Number: number, At: t.At, Lines: t.Digest})
}

func (b *Batch) writeTraits() error { return checks.AddTraits(b.tx, b.checks.traits) }
