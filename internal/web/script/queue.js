// The queue of the audit groups: J and K go from row to row, X ticks the row, /
// goes to the search field; the number of ticked rows stands by the buttons, the
// row whose panel is shown is marked, and the time to undo a bulk act runs down.
// It hears keys before keys.js, which knows the other ones. Without this script
// every link and form works; only counting and marking are missing.
const table = document.querySelector("table.queue");

function boxes() {
	return [...table.querySelectorAll("input[name=item]")];
}

function count() {
	const all = boxes();
	const ticked = all.filter((box) => box.checked).length;
	const number = document.getElementById("picked");
	const whole = document.getElementById("pickall");
	if (number) {
		number.textContent = String(ticked);
	}
	if (whole) {
		whole.checked = ticked > 0 && ticked === all.length;
		whole.indeterminate = ticked > 0 && ticked < all.length;
	}
}

function rowInFocus() {
	return document.activeElement.closest("table.queue tbody tr") ?? table.querySelector("tr.chosen");
}

// step goes to the row before or after the one in focus.
function step(by) {
	const rows = [...table.querySelectorAll("tbody tr")];
	const at = rows.indexOf(rowInFocus());
	const from = document.activeElement.closest("table.queue tbody tr") ? at + by : Math.max(at, 0);
	rows[from]?.querySelector("td.title a").focus();
}

function tick() {
	const box = rowInFocus()?.querySelector("input[name=item]");
	if (box) {
		box.checked = !box.checked;
		count();
	}
}

function press(event) {
	if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("select, textarea, input:not([type=radio]):not([type=checkbox])")) {
		return;
	}
	switch (event.key.toLowerCase()) {
		case "j":
			step(1);
			break;
		case "k":
			step(-1);
			break;
		case "x":
			tick();
			break;
		case "/":
			document.getElementById("fq")?.focus();
			break;
		default:
			return;
	}
	event.preventDefault();
	event.stopPropagation();
}

// mark marks the row of the power in the panel, and follows it with the focus
// when the focus went with the panel before.
function mark() {
	const open = document.querySelector("#panel [data-open]")?.dataset.open;
	for (const row of table.querySelectorAll("tbody tr")) {
		const chosen = row.dataset.power === open;
		row.classList.toggle("chosen", chosen);
		const link = row.querySelector("td.title a");
		if (chosen) {
			link.setAttribute("aria-current", "true");
			if (document.activeElement === document.body) {
				link.focus({ preventScroll: true });
			}
			row.scrollIntoView({ block: "nearest" });
		} else {
			link.removeAttribute("aria-current");
		}
	}
}

function keep(event) {
	if (event.target.matches("#ot[data-keep]")) {
		sessionStorage.setItem(event.target.dataset.keep, event.target.value);
	}
}

function restore() {
	const field = document.querySelector("#ot[data-keep]");
	if (field && field.value === "") {
		field.value = sessionStorage.getItem(field.dataset.keep) ?? "";
	}
}

function swapped(event) {
	if (event.target.id === "panel" || event.target.closest?.("#panel")) {
		document.getElementById("panel").scrollTop = 0;
		mark();
		restore();
		document.querySelector("#opinion[data-filled]")?.scrollIntoView({ block: "nearest" });
	}
}

// Where the panel stands below the queue, as on small screens and in large text,
// a row leads to the page of its power instead.
function beforeRequest(event) {
	const link = event.detail.elt;
	const panel = document.getElementById("panel").getBoundingClientRect();
	if (link.closest("table.queue") && panel.left < table.getBoundingClientRect().right) {
		event.preventDefault();
		location.assign(link.href);
	}
}

// A form that was refused comes back with a status of its own and is shown all
// the same; anything else that went wrong is shown by loading the page again.
function beforeSwap(event) {
	const { xhr, target, requestConfig } = event.detail;
	if (xhr.status === 200 && requestConfig?.elt.id === "opinion") {
		sessionStorage.removeItem(document.getElementById("ot").dataset.keep);
	}
	if (target?.id !== "panel" || xhr.status < 400) {
		return;
	}
	if (xhr.status === 400 || xhr.status === 409) {
		event.detail.shouldSwap = true;
		event.detail.isError = false;
	} else {
		location.reload();
	}
}

function runDown() {
	const toast = document.querySelector("[data-undo]");
	if (!toast) {
		return;
	}
	let left = Number(toast.dataset.undo);
	const tick = setInterval(() => {
		left -= 1;
		if (left > 0) {
			toast.querySelector(".left").textContent = `（${left} 秒内）`;
			return;
		}
		clearInterval(tick);
		toast.remove();
	}, 1000);
}

runDown();
if (table) {
	document.addEventListener("keydown", press, true);
	document.addEventListener("input", keep);
	restore();
	document.body.addEventListener("htmx:afterSwap", swapped);
	document.body.addEventListener("htmx:beforeRequest", beforeRequest);
	document.body.addEventListener("htmx:beforeSwap", beforeSwap);
	table.addEventListener("change", count);
	for (const hidden of document.querySelectorAll(".picked, #pickall")) {
		hidden.hidden = false;
	}
	document.getElementById("pickall")?.addEventListener("change", (event) => {
		for (const box of boxes()) {
			box.checked = event.target.checked;
		}
		count();
	});
	count();
}
