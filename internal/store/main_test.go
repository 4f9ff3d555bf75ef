package store_test

import (
	"os"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

var _ recovery.Tx = (*store.Tx)(nil)

func TestMain(m *testing.M) {
	if url := os.Getenv(writeUntilKilled); url != "" {
		writeAndTell(url)
	}
	storetest.Main(m)
}
