package ident_test

import (
	"fmt"
	"strings"
	"time"

	"orderly/internal/ident"
)

func ExampleSource_Next() {
	clock := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	source := ident.NewSource(1, clock)
	for range 2 {
		fmt.Println(ident.Text("ord", source.Next()))
	}
	// Output:
	// ord_0pmnqh2000400
	// ord_0pmnqh2000401
}

func ExampleText() {
	fmt.Println(ident.Text("ord", 1<<40))
	// Output: ord_0000100000000
}

func ExampleParse() {
	id, _ := ident.Parse("ord", "ord_0000100000000")
	_, err := ident.Parse("ord", "ful_0000100000000")
	fmt.Println(id == 1<<40)
	fmt.Println(err)
	// Output:
	// true
	// "ful_0000100000000" is not an id of the form ord_… with 13 characters of 0-9 and a-z without i, l, o, u
}

// Everything of one day lies between the first id of it and of the next.
func ExampleFirst() {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	from, to := ident.First(day), ident.First(day.AddDate(0, 0, 1))
	id := ident.NewSource(1, func() time.Time { return day.Add(12 * time.Hour) }).Next()
	fmt.Println(from <= id && id < to, ident.Time(id).Format(time.RFC3339))
	// Output: true 2026-03-01T12:00:00Z
}

// In production the reader is crypto/rand.Reader.
func ExampleToken() {
	token, _ := ident.Token(strings.NewReader("sixteen letters!"))
	fmt.Println(token, len(token))
	// Output: 3kd5w78sb5drg6rsbmehjq4ws1 26
}
