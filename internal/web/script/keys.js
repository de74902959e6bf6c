// Keys of the workbench: J and K go to the next and the previous one, of the
// links that name a key or else of the rows of the list; / goes to the filter
// or the form; ? shows the keys. A page without the list of keys (#keys) has
// none of them, and nothing happens while somebody types or holds a modifier.
const help = document.getElementById("keys");

const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea");

function step(by) {
	const rows = [...document.querySelectorAll("table.tasks td.title a, .moves input")];
	const at = rows.indexOf(document.activeElement);
	const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
	rows[to]?.focus();
}

function press(event) {
	if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) {
		return;
	}
	const key = event.key.toLowerCase();
	if (key === "j" || key === "k") {
		const named = document.querySelector(`[data-key="${key}"]`);
		named ? named.click() : step(key === "j" ? 1 : -1);
	} else if (key === "/") {
		document.querySelector(".filters select, .answer input, .confirm input")?.focus();
	} else if (key === "?") {
		help.open = !help.open;
	} else {
		return;
	}
	event.preventDefault();
}

if (help) {
	document.addEventListener("keydown", press);
}
