package shell

import "orderly/internal/desk"

// Options are those of one act of a form, for acts that a room does not do by
// Do or DoAll: with the form's idempotency key, when it has one.
func (v *Visit) Options(name string) desk.Options { return v.options(name) }
