package app

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/playbook"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/web"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
)

// templateDesk is what pages and API need of templates: the store reads, the
// engine renders, checks and publishes.
type templateDesk struct {
	*store.Store
	*recovery.Engine
}

var _ web.TemplateDesk = templateDesk{}

// templateFiles takes templates in and gives them out, in the form of `apply`
// and `export`.
type templateFiles struct{ library *library }

var _ dashboard.TemplateFiles = templateFiles{}

// ExportTemplates writes live templates: all, or those that the name's parts narrow to.
func (f templateFiles) ExportTemplates(ctx context.Context, shopID string, n journey.TemplateName) ([]byte, error) {
	all, err := f.library.store.Templates(ctx, shopID)
	if err != nil {
		return nil, err
	}
	wanted := slices.DeleteFunc(all, func(t message.Template) bool {
		return n.Key != "" && t.Key != n.Key || n.Channel != "" && t.Channel != n.Channel || n.Locale != "" && t.Locale != n.Locale
	})
	if len(wanted) == 0 {
		return nil, fault.New(fault.NotFound, "there is nothing live of this name to export").Try("publish it first")
	}
	return playbook.Export(playbook.Book{Templates: wanted})
}

// read reads a file down to its templates, and says what else it holds.
func (f templateFiles) read(file []byte) (b playbook.Book, others string, wrong []string, err error) {
	b, err = playbook.Parse(file, "file")
	if err == nil {
		b, others = onlyTemplates(b)
		// Sequences and personas are not looked at: what they name may be elsewhere.
		if found := b.Check(playbook.Book{}, f.library.renderer.Check); len(found) > 0 {
			err = found
		}
	}
	if wrong = problemsOf(err); wrong != nil {
		err = nil
	}
	if err == nil && wrong == nil && len(b.Templates) == 0 {
		wrong = []string{"the file holds no templates"}
	}
	return b, others, wrong, err
}

func onlyTemplates(b playbook.Book) (playbook.Book, string) {
	var others []string
	for what, n := range map[string]int{"personas": len(b.Personas), "sequences": len(b.Sequences)} {
		if n > 0 {
			others = append(others, what)
		}
	}
	slices.Sort(others)
	b.Personas, b.Sequences = nil, nil
	return b, strings.Join(others, " and ")
}

// PlanImport says what a file would change.
func (f templateFiles) PlanImport(ctx context.Context, shopID string, file []byte) (journey.ImportPlan, []string, error) {
	b, others, wrong, err := f.read(file)
	if err != nil || len(wrong) > 0 {
		return journey.ImportPlan{}, wrong, err
	}
	plan := journey.ImportPlan{Others: others}
	for _, t := range b.Templates {
		state, err := f.library.store.TemplateState(ctx, shopID, journey.NameOf(t))
		if err != nil {
			return plan, nil, err
		}
		if state.Published() && sameTemplate(state.Live, t) {
			plan.Same++
			continue
		}
		plan.Changes = append(plan.Changes, journey.PlannedChange{
			Name: state.Name, New: state.Last.Version == 0, Becomes: state.Last.Version + 1, Drafted: state.Drafted(),
		})
	}
	return plan, nil, nil
}

// Import publishes a file's templates.
func (f templateFiles) Import(ctx context.Context, shopID string, file []byte) (changed, wrong []string, err error) {
	b, _, wrong, err := f.read(file)
	if err != nil || len(wrong) > 0 {
		return nil, wrong, err
	}
	changed, err = f.library.publish(ctx, shopID, b, true)
	if wrong = problemsOf(err); wrong != nil {
		return nil, wrong, nil
	}
	return changed, nil, err
}
