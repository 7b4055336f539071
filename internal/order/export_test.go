package order

// StatusesOf are the statuses of an unpaid order whose units stand so.
func StatusesOf(q Buckets, held bool) Statuses {
	o := &Order{Sums: q}
	if held {
		o.Holds = []Hold{{ID: 1}}
	}
	o.derive()
	return o.Statuses
}
