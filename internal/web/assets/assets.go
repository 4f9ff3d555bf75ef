// Package assets holds the few files that pages load: our own style sheets,
// scripts and pictures, embedded. Nothing comes from anywhere else.
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

//go:embed files
var files embed.FS

// types are named here, not taken from the machine's own list.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
}

// File gives a file for a handler that serves it in a way of its own.
func File(name string) ([]byte, error) { return files.ReadFile("files/" + path.Base(name)) }

// Serve answers GET /assets/:name. Browsers ask each time whether their copy
// is still good, so that a new version shows at once.
func Serve(c echo.Context) error { return serve(c, c.Param("name")) }

// Icon answers GET /favicon.ico with the logo.
func Icon(c echo.Context) error { return serve(c, "logo.svg") }

func serve(c echo.Context, name string) error {
	body, err := files.ReadFile("files/" + path.Base(name))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such file")
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if strings.Contains(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, types[path.Ext(name)], body)
}
