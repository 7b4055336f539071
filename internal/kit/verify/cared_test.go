package verify_test

import (
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/help"
	"orderly/internal/support"
)

// cared is every way of a case: asked, answered, waited for, late, ended and
// begun again.
func cared(s *desktest.Shop) {
	o := s.Place("ENGRAVE", 1)
	open := func(subject, priority string) support.ID {
		return support.ID(desktest.Must(s, help.Open, help.OpenCommand{Text: "Well?", Case: support.Case{Subject: subject, Source: support.Portal, Priority: priority, Order: int64(o.Order.ID)}}).ID)
	}
	answered := open("answered", "normal")
	desktest.Must(s, help.Reply, help.ReplyCommand{Case: answered, Text: "Soon"})
	desktest.Must(s, help.Hear, help.SayCommand{Case: answered, Text: "When?"})
	desktest.Must(s, help.Note, help.SayCommand{Case: answered, Text: "Ask Bob"})
	desktest.Must(s, help.Reply, help.ReplyCommand{Case: answered, Text: "Today"})

	ended := open("ended", "high")
	desktest.Must(s, help.Wait, help.MoveCommand{Case: ended})
	desktest.Must(s, help.Resolve, help.MoveCommand{Case: ended, Cause: "no_fault"})
	again := open("again", "low")
	desktest.Must(s, help.Reply, help.ReplyCommand{Case: again, Text: "So", Then: "resolve", Cause: "no_fault"})
	desktest.Must(s, help.Hear, help.SayCommand{Case: again, Text: "No"})

	late := open("late", "low") // due in two days, and then moved to long ago
	targets := func(low, normal int64) {
		desktest.Must(s, admin.SaveSupport, admin.SupportCommand{Settings: support.Settings{Targets: []support.Target{{Kind: "inquiry", Priority: "low", First: low, Resolve: low}, {Kind: "inquiry", Priority: "normal", First: normal, Resolve: 2 * low}}}})
	}
	targets(100_000, 1)
	normal := "normal"
	desktest.Must(s, help.Edit, help.EditCommand{Case: late, Priority: &normal})
	desktest.Must(s, help.Escalate, help.EscalateCommand{Case: late})
	desktest.Must(s, help.Escalate, help.EscalateCommand{Case: late})
}
