package orders

// LowerWindow makes requests look at fewer candidates until the function that
// it gives is called.
func LowerWindow(to int) (reset func()) {
	was := window
	window = to
	return func() { window = was }
}
