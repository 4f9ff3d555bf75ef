package dashboard

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// TemplateFiles takes templates in and gives them out as files, in the form
// that `apply` takes and `export` writes.
type TemplateFiles interface {
	// ExportTemplates writes a shop's live templates, all or those of one key, or one alone.
	ExportTemplates(ctx context.Context, shopID string, n journey.TemplateName) ([]byte, error)
	// PlanImport says what a file would change; what is wrong with it comes as lines, and nothing else.
	PlanImport(ctx context.Context, shopID string, file []byte) (plan journey.ImportPlan, wrong []string, err error)
	// Import publishes a file's templates, wholly or not at all, and gives what it changed.
	Import(ctx context.Context, shopID string, file []byte) (changed []string, wrong []string, err error)
}

// maxBook bounds an uploaded file, in bytes.
const maxBook = 4 << 20

// importView is the way in for files.
type importView struct {
	frame
	// File is what was uploaded, to be sent again with the word to go ahead.
	File string
	Plan journey.ImportPlan
	// Planned is true once a file was looked at; Wrong are its faults, line by line.
	Planned bool
	Wrong   []string
	Trouble string
	// Changed is what was published, after it was.
	Changed []string
	Done    bool
}

// ExportTemplates is GET /templates/export: all of a shop's live templates, or
// with key, channel and locale fewer.
func (d *Dashboard) ExportTemplates(c echo.Context, m member) error {
	n := journey.TemplateName{Key: c.QueryParam("key"), Channel: event.Channel(c.QueryParam("channel")), Locale: c.QueryParam("locale")}
	file, err := d.Files.ExportTemplates(c.Request().Context(), m.shop.ID, n)
	if err != nil {
		return err
	}
	name := "templates"
	if n.Key != "" {
		name = strings.Trim(strings.ReplaceAll(n.String(), "/", "-"), "-")
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+fileName(name)+`.yaml"`)
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", file)
}

// fileName keeps what is safe in a file's name everywhere.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, s)
}

// ImportForm is GET /templates/import.
func (d *Dashboard) ImportForm(c echo.Context, m member) error {
	return d.showImport(c, m, http.StatusOK, importView{})
}

func (d *Dashboard) showImport(c echo.Context, m member, status int, v importView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v.frame = d.frame(m, "Import templates", "templates", sandbox)
	return d.show(c, status, "template-import.html", v)
}

// PlanImport is POST /templates/import: what a file would change. Nothing is.
func (d *Dashboard) PlanImport(c echo.Context, m member) error {
	file, err := uploaded(c)
	if err != nil {
		return d.importTrouble(c, m, err)
	}
	v := importView{File: string(file), Planned: true}
	if v.Plan, v.Wrong, err = d.Files.PlanImport(c.Request().Context(), m.shop.ID, file); err != nil {
		return err
	}
	status := http.StatusOK
	if len(v.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return d.showImport(c, m, status, v)
}

// Import is POST /templates/import/apply: the file that was looked at, published.
func (d *Dashboard) Import(c echo.Context, m member) error {
	file, err := uploaded(c)
	if err != nil {
		return d.importTrouble(c, m, err)
	}
	v := importView{File: string(file)}
	if v.Changed, v.Wrong, err = d.Files.Import(c.Request().Context(), m.shop.ID, file); err != nil {
		return err
	}
	if len(v.Wrong) > 0 {
		v.Planned = true
		return d.showImport(c, m, http.StatusUnprocessableEntity, v)
	}
	v.Done, v.File = true, ""
	return d.showImport(c, m, http.StatusOK, v)
}

func (d *Dashboard) importTrouble(c echo.Context, m member, err error) error {
	p := problem.From(err)
	if p.Status >= http.StatusInternalServerError {
		return err
	}
	return d.showImport(c, m, p.Status, importView{Trouble: capital(p.Detail) + ". " + capital(p.Remedy) + "."})
}

// uploaded reads a file from the form: the one that was chosen, or the one that
// was looked at before.
func uploaded(c echo.Context) ([]byte, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBook)
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseForm(); err != nil {
			return nil, tooLargeOr(err)
		}
		if text := r.PostForm.Get("text"); strings.TrimSpace(text) != "" {
			return []byte(text), nil
		}
		return nil, noFile()
	}
	if err := r.ParseMultipartForm(maxBook); err != nil {
		return nil, tooLargeOr(err)
	}
	head, err := c.FormFile("file")
	if err != nil {
		return nil, noFile()
	}
	f, err := head.Open()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the file cannot be read").Try("choose it again")
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err == nil && len(b) == 0 {
		return nil, noFile()
	}
	return b, err
}

func noFile() error {
	return fault.New(fault.Unprocessable, "no file was chosen").In("file").Try("choose a YAML file with templates, such as one exported here")
}

func tooLargeOr(err error) error {
	if p := problem.From(err); p.Code == fault.TooLarge {
		return fault.Wrap(fault.TooLarge, err, "the file is larger than %d MB", maxBook>>20).Try("import it in parts")
	}
	return fault.Wrap(fault.Invalid, err, "the form cannot be read").Try("choose the file again")
}
