// Package words says states of things on pages: which tone and which text a
// status of an order, a fulfillment or a parcel has.
//
// What belongs here: states that several rooms show. What does not: a state
// that one room knows alone, and what a state means (the nouns say that).
package words

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"orderly/internal/web/text"
	"orderly/internal/web/ui"
)

// tones are the tones of all words of state. Words mean the same in every
// dimension; one that is not here is neutral.
var tones = map[string]ui.Tone{
	"on_hold": ui.Warn, "held": ui.Warn, "unsourced": ui.Warn, "backordered": ui.Warn, "partially_backordered": ui.Warn,
	"in_work": ui.Accent, "in_progress": ui.Accent, "partially_shipped": ui.Accent, "shipped": ui.Accent, "released": ui.Accent, "picking": ui.Accent,
	"picked": ui.Accent, "packed": ui.Accent, "ready": ui.Accent, "partially_delivered": ui.Accent, "open": ui.Neutral, "unfulfilled": ui.Neutral,
	"delivered": ui.Good, "completed": ui.Good, "paid": ui.Good, "done": ui.Good,
	"unpaid": ui.Warn, "partially_paid": ui.Warn, "overpaid": ui.Warn, "lost": ui.Bad, "rejected": ui.Bad, "displaced": ui.Bad,
	"canceled": ui.Quiet, "none": ui.Quiet, "refunded": ui.Neutral, "partially_refunded": ui.Neutral, "returned": ui.Neutral, "partially_returned": ui.Neutral, "requested": ui.Accent,
	"return_requested": ui.Warn, "return_approved": ui.Accent, "return_in_transit": ui.Accent, "return_received": ui.Warn, "return_inspected": ui.Accent,
	"case_open": ui.Warn, "case_reopened": ui.Warn, "case_waiting": ui.Accent, "case_resolved": ui.Good,
	"return_closed": ui.Good, "return_refused": ui.Bad, "return_canceled": ui.Quiet,
}

// Tone is how a word of state is shown.
func Tone(state string) ui.Tone {
	if t, ok := tones[state]; ok {
		return t
	}
	return ui.Neutral
}

// State is a word of state as a badge: State("paid").
func State(ctx context.Context, state string) templ.Component {
	return ui.Badge(Say(ctx, state), Tone(state))
}

// Say is a word of state in the reader's language.
func Say(ctx context.Context, state string) string { return text.T(ctx, "state."+state) }

// Number is what people call an order.
func Number(n int64) string { return "#" + strconv.FormatInt(n, 10) }
