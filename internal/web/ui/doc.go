// Package ui holds what every page shares: the frame (header, navigation,
// notice, footer), the components, the style sheet and the renderer. It knows
// no table and no route.
//
// A page is a struct that embeds Frame and one template file that defines
// "main". A Set parses the shared files and the page files once; a template
// that does not parse stops the program at start.
package ui
