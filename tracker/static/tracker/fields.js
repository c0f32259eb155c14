// The two fields of the reading page that suggest: issues as chips, and who said it.
(() => {
  "use strict";

  const { folded, best, suggest } = window.ParleySuggest;
  // The issues of the last rows, the latest first: they are offered before anything is typed.
  const recent = [];
  const NEW = /^new:\s*(.+)/i;
  // The worst match that is taken when the field is left: the typed letters begin a word of the title.
  const GOOD = 3;

  const partsOf = (text) => text.split(";").map((part) => part.trim()).filter(Boolean);

  // A field of its own for typing; the form sends the one that it would send without a script.
  function typingField(sent) {
    const input = document.createElement("input");
    input.type = "text";
    input.className = sent.className;
    ["aria-describedby", "aria-invalid"].forEach((name) => sent.hasAttribute(name) && input.setAttribute(name, sent.getAttribute(name)));
    input.placeholder = sent.placeholder;
    input.id = sent.id;
    sent.type = "hidden";
    sent.removeAttribute("id");
    sent.after(input);
    return input;
  }

  // The reason at a field before the server was asked, in the place of the server's own.
  function refusal(input) {
    const field = input.closest(".field");
    return (words) => {
      let place = document.getElementById(`${input.id}_error`);
      if (!place && words) {
        place = document.createElement("div");
        place.id = `${input.id}_error`;
        place.className = "error";
        place.setAttribute("role", "alert");
        field.append(place);
      }
      if (place && words) place.textContent = words;
      else if (place) place.remove();
      field.classList.toggle("wrong", Boolean(words));
      if (words) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    };
  }

  // Issues as chips; the form sends what it sends without a script, "USCN-4; new: Title".
  function issueField(form) {
    const sent = form.elements.namedItem("issues");
    const known = JSON.parse(document.getElementById("reading-issues").textContent);
    const title = new Map(known.map((issue) => [issue.key, issue.title]));
    const chosen = [];
    const chips = document.createElement("span");
    const input = typingField(sent), refuse = refusal(input);
    chips.className = "chips";
    sent.before(chips);

    // Those that are there stay as they are, so that the focus may go to one of them.
    function add(part) {
      input.value = "";
      if (!chosen.includes(part)) {
        chosen.push(part);
        chips.append(chipOf(part));
      }
      send();
    }

    function chipOf(part) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.textContent = `${title.has(part) ? `${part} ${title.get(part)}` : part} ×`;
      chip.setAttribute("aria-label", `Remove ${part}`);
      chip.addEventListener("click", () => { remove(part); input.focus(); });
      return chip;
    }

    function remove(part) {
      const place = chosen.indexOf(part);
      chosen.splice(place, 1);
      chips.children[place].remove();
      send();
    }

    const send = () => { sent.value = [...chosen, ...partsOf(input.value)].join("; "); };

    const options = () => known.filter((issue) => !chosen.includes(issue.key))
      .map((issue) => ({ value: issue.key, label: `${issue.key} ${issue.title}`, texts: [issue.key, issue.title, `${issue.key} ${issue.title}`] }));

    function find(typed) {
      if (!typed) return recent.map((key) => options().find((option) => option.value === key)).filter(Boolean);
      const stated = NEW.exec(typed);
      const fresh = { value: `new: ${stated ? stated[1] : typed}`, label: `New issue: ${stated ? stated[1] : typed}`, how: 9 };
      return stated ? [fresh] : [...best(options(), typed), fresh];
    }

    // An issue for what was typed; null where it is not certain which is meant.
    function certain(part, worst) {
      if (NEW.test(part)) return `new: ${NEW.exec(part)[1]}`;
      if (chosen.includes(part.toUpperCase())) return part.toUpperCase();
      const [top] = best(options(), part);
      return top && top.how <= worst ? top.value : null;
    }

    // The field is left: what is highlighted is taken if it was gone to or matches well; other words stay, refused.
    function leave(option) {
      if (option && (option.moved || option.how <= GOOD)) add(option.value);
      const unknown = partsOf(input.value).filter((part) => {
        const issue = certain(part, 0);
        if (issue) add(issue);
        return !issue;
      });
      input.value = unknown.join("; ");
      send();
      const named = unknown.map((part) => `There is no issue ${part}.`).join(" ");
      if (unknown.length) refuse(`${named} Take one of the list, or write new: and its title.`);
    }

    const settle = suggest(input, find, (option) => add(option.value), leave);
    input.addEventListener("input", () => { refuse(""); send(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !input.value && chosen.length) remove(chosen[chosen.length - 1]);
    });
    const before = partsOf(sent.value).filter((part) => {
      const issue = certain(part, 0);
      if (issue) add(issue);
      return !issue;
    });
    input.value = before.join("; ");
    send();
    return () => {
      settle();
      chosen.filter((part) => title.has(part)).forEach((key) => {
        if (recent.includes(key)) recent.splice(recent.indexOf(key), 1);
        recent.unshift(key);
      });
    };
  }

  // What the row has from the one above it and is not at once seen: it is the other speaker's, and goes with them.
  function carriedLine(form) {
    const field = (name) => form.elements.namedItem(name);
    const line = form.querySelector("[data-carried]");
    if (!line) return () => {};
    const kept = new Map([...line.querySelectorAll("[data-of]")].map((word) => [word, field(word.dataset.of).value]));

    function look() {
      line.hidden = [...kept.keys()].every((word) => word.hidden);
    }

    kept.forEach((value, word) => field(word.dataset.of).addEventListener("input", () => {
      word.hidden = true;
      kept.delete(word);
      look();
    }));
    line.querySelector("button").hidden = false;
    line.querySelector("button").addEventListener("click", () => {
      kept.forEach((value, word) => { field(word.dataset.of).value = ""; });
      kept.clear();
      look();
      field("speaker").focus();
    });
    return () => {
      const same = folded(field("speaker").value) === folded(line.dataset.speaker) && field("speaker_party").value === line.dataset.party;
      kept.forEach((value, word) => {
        if (!same && word.dataset.of === "language") return;
        field(word.dataset.of).value = same ? value : "";
        word.hidden = !same;
      });
      look();
    };
  }

  function speakerField(form, speakers) {
    const field = (name) => form.elements.namedItem(name);
    const input = field("speaker"), party = field("speaker_party");
    const nobody = { label: "unattributed", texts: ["unattributed"], code: "", matched: "unattributed" };
    const options = [...speakers.map((row) => ({ ...row, texts: [...row.names, row.code] })), nobody];
    const weigh = carriedLine(form);
    let typed = false;

    const isNamed = (option, name) => option.texts.some((text) => folded(text) === name);
    const hasWords = (option, name) => option.texts.some((text) => name.split(" ").every((word) => folded(text).split(" ").includes(word)));

    // A beginning is completed; a name, or words of one, stay as they were typed, as the source may spell it.
    function pick(option) {
      const name = folded(input.value);
      const begun = !hasWords(option, name) && folded(option.matched).includes(name);
      if (begun && option.matched !== option.code) input.value = option.matched;
      party.value = option.code;
      typed = false;
      weigh();
    }

    // A surname is enough where only one has it.
    function leave(option) {
      const name = folded(input.value);
      if (option && option.moved) pick(option);
      else if (typed && name && !party.value) {
        const [only, another] = [isNamed, hasWords].map((fits) => options.filter((row) => fits(row, name))).find((rows) => rows.length) || [];
        if (only && !another) party.value = only.code;
      }
      typed = false;
      weigh();
    }

    const settle = suggest(input, (text) => (text ? best(options, text) : []), pick, leave);
    input.addEventListener("input", () => {
      const same = options.filter((option) => isNamed(option, folded(input.value)));
      party.value = same.length === 1 ? same[0].code : "";
      typed = true;
      weigh();
    });
    party.addEventListener("change", weigh);
    input.addEventListener("focus", () => input.select());
    return settle;
  }

  window.ParleyFields = { issueField, speakerField };
})();
