package observe

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

// Clients returns the connections to the server, in a cluster those to every master, by the address that they come from. It sends
// CLIENT LIST, which needs a right that a user who only reads streams may lack: the server's refusal is then the error.
func (rd *Reader) Clients(ctx context.Context) ([]model.Client, error) {
	var mu sync.Mutex
	var all []model.Client
	err := rd.look.EachMaster(ctx, func(ctx context.Context, node wire.Node) error {
		reply, err := rd.look.DoOn(ctx, node, wire.ClientList())
		if err == nil && reply.Kind == wire.KindError {
			err = wire.ServerError(reply.Text)
		}
		if err != nil {
			return err
		}
		clients := model.ParseClients(reply.Text)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, clients...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("bus: clients: %w", err)
	}
	sorting.By(all, func(a, b *model.Client) int {
		return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.Server, b.Server))
	})
	return all, nil
}
