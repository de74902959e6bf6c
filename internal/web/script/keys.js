// Keys of the staff pages: J and K go to the next and the previous one, of the
// links that name a key or else of the rows of the list; X ticks the row in
// focus; / goes to the search field, the filter or the form; ? shows the keys. A
// page without the list of keys (#keys) has none of them, and nothing happens
// while somebody types or holds a modifier.
const help = document.getElementById("keys");

const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea");

function step(by) {
	const rows = [...document.querySelectorAll("main td.title a, main .moves input, main [data-row]")];
	const at = rows.findIndex((row) => row === document.activeElement || row.closest("tr")?.contains(document.activeElement));
	const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
	rows[to]?.focus();
}

function tick() {
	const box = document.activeElement.closest("tr, li")?.querySelector("input[type=checkbox]");
	box?.click();
}

function search() {
	const field = ["[data-key='/']", "main input[type=search]", ".filters input, .filters select", ".answer input:not([type=hidden]), .answer textarea", ".confirm input"]
		.map((place) => document.querySelector(place))
		.find((found) => found);
	field?.focus();
}

function press(event) {
	if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) {
		return;
	}
	const key = event.key.toLowerCase();
	if (key === "j" || key === "k") {
		const named = document.querySelector(`[data-key="${key}"]`);
		named ? named.click() : step(key === "j" ? 1 : -1);
	} else if (key === "x") {
		tick();
	} else if (key === "/") {
		search();
	} else if (key === "?") {
		help.open = !help.open;
		help.scrollIntoView({ block: "nearest" });
	} else {
		return;
	}
	event.preventDefault();
}

// What went wrong with a part of a page is said at the foot of the window, where
// nothing of the page is lost; see .toast.
function failed(event) {
	const words = document.createElement("div");
	words.className = "toast";
	words.setAttribute("role", "alert");
	const text = new DOMParser().parseFromString(event.detail.xhr?.responseText ?? "", "text/html").querySelector(".wrong")?.textContent;
	words.append(text ?? "没有连上，刚才的操作没有完成。请检查网络后再试。");
	const close = document.createElement("button");
	close.type = "button";
	close.className = "plain";
	close.textContent = "知道了";
	close.addEventListener("click", () => words.remove());
	words.append(close);
	document.querySelector(".toast[role=alert]")?.remove();
	document.body.append(words);
}

if (help) {
	document.addEventListener("keydown", press);
	document.body.addEventListener("htmx:responseError", failed);
	document.body.addEventListener("htmx:sendError", failed);
}
