package main

// tortureCommand holds the campaigns, one file each.
type tortureCommand struct {
	Stock tortureStockCommand `cmd:"" help:"Let many act on one stock at once: what they are told fits one act after the other."`
}
