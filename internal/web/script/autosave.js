// A form with data-autosave keeps its words by itself: some seconds after the
// last key, at once when a field is left, and when the page goes out of sight.
// What could not be saved, because the session is over or the line is down, stays
// in the browser under the key data-keep, which names the account and the power,
// and is offered when the form is opened again; once the house has it, it is
// removed. Words for people stand in data attributes of the page.
const wait = 3000;
const again = 15000;

function begin(form) {
	const status = document.getElementById("saved");
	const key = form.dataset.keep;
	let timer = 0, changed = 0, saved = 0, busy = false, stopped = false, sent = false;

	const fields = () => new URLSearchParams(new FormData(form));
	const words = () => {
		const all = fields();
		["draft", "no", "base"].forEach((name) => all.delete(name));
		return all.toString();
	};

	const say = (text, bad, link) => {
		status.textContent = text;
		status.classList.toggle("bad", bad);
		if (link) {
			const a = document.createElement("a");
			a.href = link.href;
			a.target = "_blank";
			a.textContent = link.text;
			status.append(" ", a);
		}
	};

	const keep = () => {
		try {
			localStorage.setItem(key, JSON.stringify({ at: Date.now(), words: words() }));
		} catch {
			// The browser keeps nothing, such as in a private window; the form still holds it.
		}
	};
	const forget = () => {
		try {
			localStorage.removeItem(key);
		} catch {
			// As above.
		}
	};

	const failed = (answer) => {
		keep();
		if (answer.signedOut) {
			say(status.dataset.out, true, { href: status.dataset.signIn, text: status.dataset.signInWords });
		} else if (answer.stale) {
			stopped = true;
			say(answer.error + status.dataset.stale, true);
		} else {
			say(answer.error || status.dataset.down, true);
			timer = setTimeout(save, again);
		}
	};

	async function save(last) {
		clearTimeout(timer);
		if (busy || stopped || sent || changed === saved) {
			return;
		}
		busy = true;
		const now = changed;
		try {
			const response = await fetch(form.dataset.autosave, {
				method: "POST", body: fields(), headers: { Accept: "application/json" }, keepalive: last === true, redirect: "manual",
			});
			const answer = response.type === "opaqueredirect" ? { signedOut: true } : await response.json();
			if (response.ok) {
				saved = now;
				form.elements.no.value = answer.no;
				form.elements.draft.value = answer.draft;
				say(status.dataset.ok + " " + answer.saved, false);
				if (answer.at) { // the form of a new power is found again after a reload
					history.replaceState(history.state, "", answer.at);
				}
				forget();
			} else {
				failed(answer);
			}
		} catch {
			failed({});
		}
		busy = false;
		if (changed !== saved && !stopped && !sent && changed !== now) {
			timer = setTimeout(save, wait);
		}
	}

	form.addEventListener("input", () => {
		changed++;
		clearTimeout(timer);
		timer = setTimeout(save, wait);
	});
	form.addEventListener("change", () => save());
	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "hidden") {
			save(true);
		}
	});
	window.addEventListener("pagehide", () => {
		if (changed !== saved || sent) {
			keep();
		}
	});
	form.addEventListener("submit", (event) => {
		if (sent) {
			event.preventDefault();
			return;
		}
		if (busy) { // its number would be old by the time the form arrives
			event.preventDefault();
			const button = event.submitter;
			const retry = setInterval(() => {
				if (!busy) {
					clearInterval(retry);
					form.requestSubmit(button);
				}
			}, 50);
			return;
		}
		sent = true;
		clearTimeout(timer);
		keep();
	});
	window.addEventListener("pageshow", () => { sent = false; });
	offer(form, key, words, () => { changed++; save(); }, forget);
}

// offer shows what the browser kept of an earlier visit, unless the form says the
// same.
function offer(form, key, words, saveNow, forget) {
	let kept;
	try {
		kept = JSON.parse(localStorage.getItem(key));
	} catch {
		return;
	}
	if (!kept) {
		return;
	}
	if (kept.words === words()) {
		forget();
		return;
	}
	const box = document.getElementById("kept");
	const at = new Date(kept.at);
	box.querySelector("[data-at]").textContent = at.toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
	box.hidden = false;
	box.querySelector("[data-put]").addEventListener("click", () => {
		for (const [name, value] of new URLSearchParams(kept.words)) {
			const field = form.elements[name];
			if (field) {
				field.value = value;
			}
		}
		box.hidden = true;
		saveNow();
	});
	box.querySelector("[data-throw]").addEventListener("click", () => {
		forget();
		box.hidden = true;
	});
}

// A file that is too large is refused before it is sent.
function measure(input) {
	input.addEventListener("change", () => {
		const large = [...input.files].some((file) => file.size > Number(input.dataset.max));
		input.setCustomValidity(large ? input.dataset.long : "");
		input.reportValidity();
	});
}

document.querySelectorAll("form[data-autosave]").forEach(begin);
document.querySelectorAll("input[type=file][data-max]").forEach(measure);
