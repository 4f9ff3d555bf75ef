package store_test

import "errors"

var errOfTest = errors.New("on purpose")
