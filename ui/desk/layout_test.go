package desk

import (
	"testing"

	"streamdesk/ui/desk/layout"
)

func TestTheLayoutCoversTheBodyOnceAtEverySize(t *testing.T) {
	t.Parallel()
	for width := layout.BarsWidth; width <= 240; width += 7 {
		for height := layout.BarsHeight; height <= 80; height += 3 {
			for n := range 2 * len(workspaces) {
				in, zoomed := &workspaces[n/2], n%2 > 0
				l := layout.New(width, height, layout.Arrangement{Panes: int(paneCount), In: in, Zoomed: zoomed, Focus: in.Panes[0], Upper: in.First(false), Lower: in.First(true)})
				covered := make([]int, width*height) // how many panes each cell is part of
				for id, rect := range l.Panes {
					if rect.Width < 0 || rect.Height < 0 {
						t.Fatalf("%dx%d: pane %d is %+v", width, height, id, rect)
					}
					if rect.Shown() && (rect.X < 0 || rect.X+rect.Width > width || rect.Y < layout.TopHeight || rect.Y+rect.Height > height-layout.BottomHeight) {
						t.Fatalf("%s %dx%d zoomed=%v: pane %d reaches out of the body: %+v", in.Name, width, height, zoomed, id, rect)
					}
					for y := rect.Y; y < rect.Y+rect.Height; y++ {
						for x := rect.X; x < rect.X+rect.Width; x++ {
							covered[y*width+x]++
						}
					}
				}
				for y := layout.TopHeight; y < height-layout.BottomHeight; y++ {
					for x := range width {
						if n := covered[y*width+x]; n != 1 {
							t.Fatalf("%s %dx%d zoomed=%v: the cell at %d,%d is covered %d times", in.Name, width, height, zoomed, x, y, n)
						}
					}
				}
			}
		}
	}
}

func TestTheLayoutFollowsTheSize(t *testing.T) {
	for _, c := range []struct {
		width, height            int
		tooSmall, single, tabbed bool
	}{
		{19, 40, true, false, false},
		{120, 4, true, false, false},
		{20, 5, false, true, false},
		{59, 40, false, true, false},
		{120, 14, false, true, false},
		{60, 15, false, false, true},
		{80, 24, false, false, true},
		{119, 40, false, false, true},
		{120, 29, false, false, true},
		{120, 30, false, false, false},
		{200, 60, false, false, false},
	} {
		l := layout.New(c.width, c.height, layout.Arrangement{Panes: int(paneCount), In: &workspaces[0], Upper: StreamsPane, Lower: EventsPane})
		if l.TooSmall != c.tooSmall || l.Single != c.single || l.Tabbed != c.tabbed {
			t.Errorf("%dx%d: too small %v, single %v, tabbed %v", c.width, c.height, l.TooSmall, l.Single, l.Tabbed)
		}
	}
}
