package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tree is the text of a repository, read once for all rules.
type tree struct {
	files []*file
	goMod string
}

// file is one file of the repository; ast is nil unless it is Go.
type file struct {
	path string
	text string
	ast  *ast.File
	set  *token.FileSet
}

var (
	textual   = []string{".go", ".sql", ".md", ".sh", ".yml", ".yaml", ".js", ".css", ".html", ".txt", ".toml"}
	generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
)

// readTree reads every text file but those of hidden directories, test data
// and vendored assets.
func readTree(root fs.FS) (*tree, error) {
	t := &tree{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name != "." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "assets"):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains(textual, path.Ext(name)) && name != "go.mod":
			return nil
		}
		b, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if name == "go.mod" {
			t.goMod = string(b)
			return nil
		}
		f := &file{path: name, text: string(b)}
		if path.Ext(name) == ".go" {
			f.set = token.NewFileSet()
			if f.ast, err = parser.ParseFile(f.set, name, b, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return fmt.Errorf("%s cannot be read: %w", name, err)
			}
		}
		t.files = append(t.files, f)
		return nil
	})
	return t, err
}

// goFiles are the Go files, those of tests included.
func (t *tree) goFiles() []*file {
	return slices.DeleteFunc(slices.Clone(t.files), func(f *file) bool { return f.ast == nil })
}

// shipped are the Go files that are not tests.
func (t *tree) shipped() []*file {
	return slices.DeleteFunc(t.goFiles(), func(f *file) bool { return strings.HasSuffix(f.path, "_test.go") })
}

// pkg is the file's package as the policy calls it: its directory below
// internal, or below the root.
func (f *file) pkg() string { return strings.TrimPrefix(path.Dir(f.path), "internal/") }

// within reports whether the file's package is one of these or below one.
func (f *file) within(pkgs ...string) bool {
	return slices.ContainsFunc(pkgs, func(p string) bool { return f.pkg() == p || strings.HasPrefix(f.pkg(), p+"/") })
}

func (f *file) imports() []string {
	var out []string
	for _, spec := range f.ast.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			out = append(out, name)
		}
	}
	return out
}

func (f *file) line(n ast.Node) int { return f.set.Position(n.Pos()).Line }

// clocks are the lines that read the machine's clock.
func (f *file) clocks() []int {
	name := ""
	for _, spec := range f.ast.Imports {
		if spec.Path.Value == `"time"` {
			name = "time"
			if spec.Name != nil {
				name = spec.Name.Name
			}
		}
	}
	var out []int
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && name != "" {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				out = append(out, f.line(sel))
			}
		}
		return true
	})
	return out
}

// texts calls each for every string literal that is not an import or a tag.
func (f *file) texts(each func(line int, text string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if x.Tag != nil {
				return false
			}
		case *ast.BasicLit:
			if x.Kind == token.STRING {
				if text, err := strconv.Unquote(x.Value); err == nil {
					each(f.line(x), text)
				}
			}
		}
		return true
	})
}
