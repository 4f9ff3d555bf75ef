package persona

import (
	"reflect"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// maxExplained is how many bytes of CEL's messages are passed on.
const maxExplained = 4_000

// notCompiled keeps CEL's line:column, message and caret and lists the names
// that could have been meant.
func notCompiled(err error) error {
	text := strings.NewReplacer("ERROR: <input>:-1:0: ", "", "ERROR: <input>:", "").Replace(err.Error())
	if len(text) > maxExplained {
		text = strings.ToValidUTF8(text[:maxExplained], "") + "…"
	}
	remedy := "rules may use " + strings.Join(Names(), ", ")
	if strings.Contains(text, "no matching overload") {
		remedy = "both sides must be of one type: beside an amount write 40.0 instead of 40; " + remedy
	}
	return fault.New(fault.Unprocessable, "%s", text).Try(remedy)
}

func notBool(kind string) error {
	return fault.New(fault.Unprocessable, "the rule gives a value of type %s instead of true or false", kind).
		Try("compare it with something, as in cart.total > 50")
}

// Names lists every name an expression can use, in reading order: those of
// shopper, those of cart, and those of each of cart.items as item.….
func Names() []string {
	names := fieldNames("shopper", reflect.TypeFor[Shopper]())
	names = append(names, fieldNames("cart", reflect.TypeFor[Cart]())...)
	return append(names, fieldNames("item", reflect.TypeFor[Item]())...)
}

func fieldNames(of string, t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, of+"."+t.Field(i).Tag.Get("cel"))
	}
	return names
}
