// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// sender sends the deletions of one network, one request at a time.
type sender struct {
	network snapshot.Key
	key     string
	turn    registry.Turn
	// chunks are the requests under way, halves of a refused one at the front; queue is what came since and goes together
	// after them. Both are guarded by the Deleter's lock.
	chunks [][]unit
	queue  []unit
}

func (d *Deleter) wake(s *sender) {
	if s.turn.Take() {
		d.Go(func() { d.run(s) })
	}
}

// run sends while there is something to send, a token and the lock.
func (d *Deleter) run(s *sender) {
	for over := false; !over; {
		chunk := d.next(s)
		if len(chunk) == 0 {
			d.Locks.Cancel(s.key)
			d.retire(s)
			over = s.turn.Leave()
			continue
		}
		if !d.admitted(s, chunk) {
			over = s.turn.Leave()
		}
	}
}

// retire forgets a sender that has nothing to send: what comes for its network has another one.
func (d *Deleter) retire(s *sender) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.senders[s.network] == s && len(s.chunks) == 0 && len(s.queue) == 0 {
		delete(d.senders, s.network)
		delete(d.waiting, s.key)
	}
}

// admitted sends the first chunk if a token and the lock are there. If not, the key waits for what lacks.
func (d *Deleter) admitted(s *sender, chunk []unit) bool {
	lease, ok := chunk[0].job.Limiter.TryLease(1, s.key, registry.PriorityEdit)
	if !ok {
		d.Locks.Cancel(s.key)
		return false
	}
	defer lease.Release()
	hold, ok := d.Locks.Try(apply.Network{Origin: s.network.Origin, ID: s.network.Network}, s.key)
	if !ok {
		return false
	}
	defer hold.Release()
	chunk = d.judge(s, chunk)
	if len(chunk) == 0 || !lease.Take() {
		return true // what is left is tried again
	}
	d.send(s, chunk)
	return true
}

// next gives the first chunk that has something to send; it stays where it is.
func (d *Deleter) next(s *sender) []unit {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(s.chunks) > 0 && len(s.chunks[0]) == 0 {
		s.chunks = s.chunks[1:]
	}
	if len(s.chunks) == 0 && len(s.queue) > 0 {
		most := min(len(s.queue), scanopy.MaxPage)
		s.chunks, s.queue = [][]unit{s.queue[:most:most]}, s.queue[most:]
	}
	if len(s.chunks) == 0 {
		return nil
	}
	return s.chunks[0]
}

// replace puts others in the place of the first chunk.
func (d *Deleter) replace(s *sender, chunks ...[]unit) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s.chunks = append(chunks, s.chunks[1:]...)
}

// judge leaves of a chunk what may still go.
func (d *Deleter) judge(s *sender, chunk []unit) []unit {
	ids := map[*job][]string{}
	for _, u := range chunk {
		ids[u.job] = append(ids[u.job], u.id)
	}
	may := map[*job]bool{}
	withheld := map[unit]verdict{}
	var left []unit
	for _, u := range chunk {
		if _, asked := may[u.job]; !asked {
			may[u.job] = d.MayGo(d.ctx, u.job.Group, ids[u.job])
		}
		if may[u.job] {
			left = append(left, u)
		} else {
			withheld[u] = verdict{state: Withheld}
		}
	}
	d.replace(s, left)
	d.conclude(withheld)
	return left
}

// send sends the first chunk and takes it out, unless it has to be sent again.
func (d *Deleter) send(s *sender, chunk []unit) {
	client := chunk[0].job.Client
	ids := make([]string, 0, len(chunk))
	for _, u := range chunk {
		ids = append(ids, u.id)
	}
	var err error
	count := 1
	if len(ids) == 1 {
		err = client.DeleteHost(d.ctx, ids[0])
	} else {
		var bulk scanopy.BulkDeletion
		bulk, err = client.BulkDeleteHosts(d.ctx, ids)
		count = bulk.Deleted
	}
	switch {
	case err == nil:
		d.replace(s)
		d.conclude(d.gone(s, chunk, count))
	case len(ids) == 1 && scanopy.IsNotFound(err):
		d.replace(s)
		d.conclude(d.gone(s, chunk, 0))
	case scanopy.HasReason(err, scanopy.RateLimited): // the limiter lets us wait
	case len(ids) > 1 && scanopy.HasReason(err, scanopy.DaemonHost):
		half := len(chunk) / 2
		d.replace(s, chunk[:half], chunk[half:])
	default:
		d.replace(s)
		d.conclude(failed(chunk, err))
	}
}

// gone gives the verdicts on hosts that are all gone, count of them by us. Which those are only the snapshot can tell;
// if it does not agree, none is taken for deleted by us.
func (d *Deleter) gone(s *sender, chunk []unit, count int) map[unit]verdict {
	view, known := d.Store.View(s.network)
	there := map[unit]bool{}
	for _, u := range chunk {
		if known && !view.Lacks(u.id) {
			there[u] = true
		}
	}
	out := map[unit]verdict{}
	for _, u := range chunk {
		v := verdict{state: Missing}
		if count >= len(chunk) || (count == len(there) && there[u]) {
			v.state = Deleted
		}
		out[u] = v
		d.Store.Delete(s.network, u.id)
	}
	return out
}

func failed(chunk []unit, err error) map[unit]verdict {
	v := verdict{state: Failed, err: apply.Fault(err)}
	if scanopy.HasReason(err, scanopy.DaemonHost) {
		v.state = HasDaemon
	}
	out := map[unit]verdict{}
	for _, u := range chunk {
		out[u] = v
	}
	return out
}
