package store_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

var _ recovery.Tx = (*store.Tx)(nil)

func TestMain(m *testing.M) { storetest.Main(m) }
