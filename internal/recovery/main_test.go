package recovery_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
