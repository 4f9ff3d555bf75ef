package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// writeUntilKilled names the variable that makes this test binary a process
// that writes to a database until it is killed.
const writeUntilKilled = "CARTOGRAPH_TEST_WRITE_UNTIL_KILLED"

// writeAndTell writes rows from several goroutines and prints the id of each
// after its Write returned. It never returns.
func writeAndTell(url string) {
	s, err := store.Open(context.Background(), store.Options{URL: url, Now: func() time.Time { return now }})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for worker := range 8 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", worker, i)
				if err := s.Write(context.Background(), decisionWork(id)); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				fmt.Println(id) // one write to the pipe: lines do not mix
			}
		}()
	}
	select {}
}

func TestWritesThatReturnedSurviveAKill(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		addShops(t, s)
		const kill = 300 // after so many acknowledged writes
		told := writesOfAKilled(t, db.URL, kill)
		stored := map[string]bool{}
		for _, id := range decisionIDs(t, s) {
			stored[id] = true
		}
		for _, id := range told {
			if !stored[id] {
				t.Errorf("the write of %s returned, and it is lost", id)
			}
		}
		if len(told) < kill {
			t.Errorf("only %d writes were acknowledged", len(told))
		}
		write(t, s, decisionWork("afterwards"))
	})
}

// writesOfAKilled runs another process that writes, kills it after n of its
// writes returned, and gives the ids of all that did.
func writesOfAKilled(t testing.TB, url string, n int) (told []string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), writeUntilKilled+"="+url)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // the last, unfinished line may be of a write that did not return
		}
		if told = append(told, strings.TrimSpace(line)); len(told) == n {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := child.Wait(); err == nil || child.ProcessState.ExitCode() != -1 {
		t.Errorf("the writing process was not killed: %v", err)
	}
	return told
}
