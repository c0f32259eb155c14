// A list of suggestions under a field, for the reading page: the combobox pattern of the ARIA practices.
(() => {
  "use strict";

  const MOST = 8;
  // While a button of the mouse is down nothing on the page may shift: the click would miss what it was meant for.
  let pressed = false;
  addEventListener("pointerdown", () => { pressed = true; }, true);
  ["pointerup", "pointercancel"].forEach((name) => addEventListener(name, () => { pressed = false; }, true));

  // Names are compared as the server does: without accents, case, punctuation.
  function folded(text) {
    const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // Slips of the pen between two words: letters more, less, other, or in the wrong order. Beyond `most` it says so.
  function slips(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let before = [], row = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        const same = one[i - 1] === other[j - 1] ? 0 : 1;
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
        const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
        if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      before = row;
      row = next;
    }
    return row[other.length];
  }

  // How well a text answers what was typed, 0 best; null where it does not.
  function rank(typed, text) {
    if (text === typed) return 0;
    const words = text.split(" ");
    if (words.includes(typed)) return 1;
    if (text.startsWith(typed)) return 2;
    if (words.some((word) => word.startsWith(typed))) return 3;
    if (typed.split(" ").every((part) => text.includes(part))) return 4;
    const most = typed.length > 5 ? 2 : 1;
    if (typed.length > 3 && [text, ...words].some((word) => slips(typed, word, most) <= most)) return 5;
    return null;
  }

  // The best of the options, each with the spelling that matched. An option has `texts`.
  function best(options, query) {
    const typed = folded(query);
    const found = [];
    options.forEach((option, order) => {
      let top = null;
      option.texts.forEach((text) => {
        const how = rank(typed, folded(text));
        if (how !== null && (top === null || how < top.how)) top = { ...option, how, order, matched: text };
      });
      if (top) found.push(top);
    });
    return found.sort((a, b) => a.how - b.how || a.order - b.order).slice(0, MOST);
  }

  // Puts a list under the field. `find(text)` gives options with a label, `pick(option)` is told what was chosen, and
  // `leave(option)` what was highlighted when the field was left; an option that was gone to by the arrows is `moved`.
  function suggest(input, find, pick, leave) {
    const list = document.createElement("ul");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("autocomplete", "off");
    let options = [], active = -1, moved = false, held = null;

    function show() {
      const text = input.value.trim();
      options = find(text);
      active = text && options.length ? 0 : -1;
      moved = false;
      list.replaceChildren(...options.map((option, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.textContent = option.label;
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(place);
        });
        return item;
      }));
      list.hidden = options.length === 0;
      mark();
    }

    function mark() {
      input.setAttribute("aria-expanded", String(!list.hidden));
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
      if (active >= 0 && !list.hidden) {
        input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
        list.children[active].scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    }

    function close() {
      list.hidden = true;
      mark();
    }

    function choose(place) {
      const option = options[place];
      close();
      pick(option);
    }

    const highlighted = () => (list.hidden || active < 0 ? null : { ...options[active], moved });

    function settle() {
      const option = held || highlighted();
      held = null;
      close();
      leave(option);
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", () => { if (!input.value.trim() && !input.hasAttribute("aria-invalid")) show(); });
    input.addEventListener("blur", () => {
      held = highlighted();
      close();
      if (pressed) addEventListener("pointerup", () => setTimeout(settle), { once: true });
      else settle();
    });
    input.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) show();
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (options.length) active = active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length;
        moved = true;
        event.preventDefault();
        mark();
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (!list.hidden && active >= 0) choose(active);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        close();
      }
    });
    return settle;
  }

  window.ParleySuggest = { folded, best, suggest };
})();
