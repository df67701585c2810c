package recording

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"
)

const (
	// leaseFor is how long a recorder writes alone after it last said so: a few ticks, so that a busy machine doesn't make two
	// recorders take turns, and that another takes over soon when one is killed.
	leaseFor = 3 * Step
	// leaseRenew is how long before its end a lease is renewed, which spares the disk every second write.
	leaseRenew = 2 * Step

	factOwner = "lease_owner"
	factUntil = "lease_until" // milliseconds
)

// newOwner returns a number that no other process has.
func newOwner() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("draw a number for the recorder: %w", err)
	}
	return int64(binary.LittleEndian.Uint64(b[:])), nil
}

// lease reports whether this store's process is the one that records, by the local clock now. It is when nobody else's lease stands;
// then the lease is its own until leaseFor has passed. A lease that ends later than one can was made before the clock was set back.
func (s *Store) lease(ctx context.Context, now time.Time) (mine bool, err error) {
	if left := s.until.Sub(now); left >= leaseRenew && left <= leaseFor {
		return true, nil
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		owner, err := readFact(ctx, tx, factOwner)
		if err != nil {
			return err
		}
		until, err := readFact(ctx, tx, factUntil)
		if err != nil {
			return err
		}
		left := time.UnixMilli(until).Sub(now)
		if mine = owner == s.owner || left <= 0 || left > leaseFor; !mine {
			return nil
		}
		if err := writeFact(ctx, tx, factOwner, s.owner); err != nil {
			return err
		}
		return writeFact(ctx, tx, factUntil, now.Add(leaseFor).UnixMilli())
	})
	if err != nil {
		return false, fmt.Errorf("who records: %w", err)
	}
	s.until = time.Time{}
	if mine {
		s.until = now.Add(leaseFor)
	}
	return mine, nil
}

// release ends the lease, if it is the store's own, so that another process needn't wait for its end.
func (s *Store) release(ctx context.Context) error {
	if s.until.IsZero() {
		return nil
	}
	s.until = time.Time{}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE facts SET value = 0 WHERE name = ? AND (SELECT value FROM facts WHERE name = ?) = ?`, factUntil, factOwner, s.owner)
		return err
	})
	if err != nil {
		return fmt.Errorf("who records: %w", err)
	}
	return nil
}
