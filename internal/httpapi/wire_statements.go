package httpapi

import (
	bankacts "orderly/internal/desk/bank"
	"orderly/internal/listing"
	"orderly/internal/order"
	"orderly/internal/statement"
)

func renderFile(s *statement.Statement) BankStatement {
	out := BankStatement{Name: s.Name, Format: s.Format, Account: s.Account, Count: s.Lines, Known: s.Known, CreatedAt: instant(s.CreatedAt)}
	if s.ID != 0 {
		out.ID = s.ID.String()
	}
	return out
}

func renderUpload(up *bankacts.Uploaded, dry bool) BankStatement {
	out := renderFile(up.Statement)
	out.Dry, out.Booked = dry, up.Booked
	for i, x := range up.Lines {
		line := renderBankLine(x, up.Proposals[i])
		line.Known = up.Known[i]
		if dry || line.Known {
			line.ID, line.Statement = "", ""
		}
		out.Lines = append(out.Lines, line)
	}
	if dry {
		out.ID = ""
	}
	return out
}

func renderBankLine(x *statement.Line, proposals []statement.Proposal) BankLine {
	out := BankLine{
		N: x.N, Date: listing.DayText(x.Date), Amount: x.Amount, Currency: x.Currency, Name: x.Name, Text: x.Text, Reference: x.Reference, EndToEnd: x.EndToEnd,
		Charges: x.Charges, Reversal: x.Reversal, State: x.State, Reason: x.Reason,
	}
	if x.ID != 0 {
		out.ID, out.Statement = x.ID.String(), x.Statement.String()
	}
	for _, p := range proposals {
		out.Proposals = append(out.Proposals, BankProposal{order.ID(p.Order).String(), p.Number, p.Reason, p.Confidence, p.Due, p.Difference})
	}
	return out
}
