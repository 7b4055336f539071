package main

// commands are all that orderly can do. A new one is a file of its own and a
// line here.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Run the server: the API, its documentation and the work beside it."`
	Demo     demoCommand     `cmd:"" help:"Run a made-up shop with live traffic, to look around in."`
	Key      keyCommand      `cmd:"" help:"Make, list and revoke API keys."`
	User     userCommand     `cmd:"" help:"Invite people, list them, reset their passwords, keep them out."`
	Merchant merchantCommand `cmd:"" help:"Make merchants beside the first one, and list them."`
	Import   importCommand   `cmd:"" help:"Bring items, stock, customers, orders or purchases in from a file."`
	Export   exportCommand   `cmd:"" help:"Write orders, items, stock, customers or the journal to a file."`
	Verify   verifyCommand   `cmd:"" help:"Check that the books are right, invariant by invariant."`
	Replay   replayCommand   `cmd:"" help:"Send past orders through another sourcing profile, against what was done."`
	Backup   backupCommand   `cmd:"" help:"Copy the database while it is in use, and check the copy."`
	Restore  restoreCommand  `cmd:"" help:"Fill a data directory from a backup."`
	Migrate  migrateCommand  `cmd:"" help:"Bring a database's schema up to this build; serve does it as well."`
	Bench    benchCommand    `cmd:"" help:"Measure what this machine does in a second, on a scratch database."`
	Torture  tortureCommand  `cmd:"" help:"Break Orderly on purpose, on scratch databases, and see whether it keeps its promises."`
	Config   configCommand   `cmd:"" help:"Show the settings that serve would use, and where each comes from."`
	Texts    textsCommand    `cmd:"" help:"Write all that the pages say, for a translator."`
	Health   healthCommand   `cmd:"" help:"Ask the server on this machine whether it can serve."`
	Version  versionCommand  `cmd:"" help:"Say which build this is."`
}
