package verify

// CountApart makes every recount of queues one of many snapshots, until the
// function that it gives is called.
func CountApart() (restore func()) {
	was := maxRecount
	maxRecount = -1
	return func() { maxRecount = was }
}
