package desk

import "testing"

func TestTheLayoutCoversTheBodyOnceAtEverySize(t *testing.T) {
	for width := leastWidth; width <= 240; width += 7 {
		for height := leastHeight; height <= 80; height += 3 {
			for n := range 2 * len(workspaces) {
				in, zoomed := workspaceID(n/2), n%2 > 0
				l := newLayout(width, height, Arrangement{In: in, Zoomed: zoomed, Focus: in.is().panes[0], Upper: in.first(false), Lower: in.first(true)})
				covered := map[[2]int]int{}
				for id, rect := range l.Panes {
					if rect.Width < 0 || rect.Height < 0 {
						t.Fatalf("%dx%d: pane %d is %+v", width, height, id, rect)
					}
					for y := rect.Y; y < rect.Y+rect.Height; y++ {
						for x := rect.X; x < rect.X+rect.Width; x++ {
							covered[[2]int{x, y}]++
						}
					}
				}
				for y := topHeight; y < height-bottomHeight; y++ {
					for x := range width {
						if n := covered[[2]int{x, y}]; n != 1 {
							t.Fatalf("%s %dx%d zoomed=%v: the cell at %d,%d is covered %d times", in.is().name, width, height, zoomed, x, y, n)
						}
					}
				}
				if len(covered) != width*(height-topHeight-bottomHeight) {
					t.Fatalf("%s %dx%d zoomed=%v: a pane reaches out of the body", in.is().name, width, height, zoomed)
				}
			}
		}
	}
}

func TestTheLayoutFollowsTheSize(t *testing.T) {
	for _, c := range []struct {
		width, height    int
		tooSmall, tabbed bool
	}{
		{59, 40, true, false},
		{120, 14, true, false},
		{60, 15, false, true},
		{80, 24, false, true},
		{119, 40, false, true},
		{120, 29, false, true},
		{120, 30, false, false},
		{200, 60, false, false},
	} {
		l := newLayout(c.width, c.height, Arrangement{Upper: StreamsPane, Lower: EventsPane})
		if l.TooSmall != c.tooSmall || l.Tabbed != c.tabbed {
			t.Errorf("%dx%d: too small %v, tabbed %v", c.width, c.height, l.TooSmall, l.Tabbed)
		}
	}
}
