package dashboard

import (
	"fmt"
	"html/template"
	"text/template/parse"
)

// borrow puts the shared templates into a page that it shows, and no others:
// each page has trees of its own, since escaping rewrites them, and all shared
// ones in each page were two thirds of an idle server's heap.
func borrow(page, shared *template.Template) error {
	seen, wanted := map[string]bool{}, []string{"frame"}
	for len(wanted) > 0 {
		name := wanted[0]
		if wanted = wanted[1:]; seen[name] {
			continue
		}
		seen[name] = true
		t := page.Lookup(name)
		if t == nil || t.Tree == nil {
			lent := shared.Lookup(name)
			if lent == nil || lent.Tree == nil {
				return fmt.Errorf("nothing defines %q", name)
			}
			var err error
			if t, err = page.AddParseTree(name, lent.Tree.Copy()); err != nil {
				return err
			}
		}
		wanted = called(t.Tree.Root, wanted)
	}
	return nil
}

// called appends the names of the templates that a part of a page shows.
func called(n parse.Node, names []string) []string {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return names
		}
		for _, in := range n.Nodes {
			names = called(in, names)
		}
	case *parse.TemplateNode:
		return append(names, n.Name)
	case *parse.IfNode:
		return called(n.ElseList, called(n.List, names))
	case *parse.RangeNode:
		return called(n.ElseList, called(n.List, names))
	case *parse.WithNode:
		return called(n.ElseList, called(n.List, names))
	}
	return names
}
