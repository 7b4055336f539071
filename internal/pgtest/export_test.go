package pgtest

// FindBinaries is findBinaries, with the binaries' paths as results.
func FindBinaries(pattern string) (initdb, postgres string, err error) {
	b, err := findBinaries(pattern)
	return b.initdb, b.postgres, err
}

var (
	URLsOf = urlsOf
	Refuse = refuse
)
