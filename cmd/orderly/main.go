package main

import _ "github.com/alecthomas/kong"
import _ "github.com/schollz/progressbar/v3"
import _ "github.com/lmittmann/tint"
import _ "github.com/mattn/go-isatty"
import _ "golang.org/x/term"

func main() {}
