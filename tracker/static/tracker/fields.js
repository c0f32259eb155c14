// The two fields of the reading page that suggest: issues as chips, and who said it.
(() => {
  "use strict";

  const { folded, best, suggest } = window.ParleySuggest;
  // The issues of the last rows, the latest first: they are offered before anything is typed.
  const recent = [];

  // Issues as chips; the form sends what it sends without a script, "USCN-4; new: Title".
  function issueField(form) {
    const sent = form.elements.namedItem("issues");
    const known = JSON.parse(document.getElementById("reading-issues").textContent);
    const title = new Map(known.map((issue) => [issue.key, issue.title]));
    const chosen = sent.value.split(";").map((part) => part.trim()).filter(Boolean);
    const input = document.createElement("input");
    const chips = document.createElement("span");
    input.type = "text";
    input.className = sent.className;
    ["aria-describedby", "aria-invalid"].forEach((name) => sent.hasAttribute(name) && input.setAttribute(name, sent.getAttribute(name)));
    input.placeholder = sent.placeholder;
    chips.className = "chips";
    sent.type = "hidden";
    input.id = sent.id;
    sent.removeAttribute("id");
    sent.before(chips);
    sent.after(input);

    function draw() {
      sent.value = chosen.join("; ");
      chips.replaceChildren(...chosen.map((part, place) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "chip";
        chip.textContent = `${title.has(part) ? `${part} ${title.get(part)}` : part} ×`;
        chip.setAttribute("aria-label", `Remove ${part}`);
        chip.addEventListener("click", () => { chosen.splice(place, 1); draw(); input.focus(); });
        return chip;
      }));
    }

    function find(typed) {
      const options = known.filter((issue) => !chosen.includes(issue.key))
        .map((issue) => ({ value: issue.key, label: `${issue.key} ${issue.title}`, texts: [issue.key, issue.title, `${issue.key} ${issue.title}`] }));
      if (!typed) return recent.map((key) => options.find((option) => option.value === key)).filter(Boolean);
      const stated = /^new:\s*(.+)/i.exec(typed);
      const fresh = { value: `new: ${stated ? stated[1] : typed}`, label: `New issue: ${stated ? stated[1] : typed}`, how: 9 };
      return stated ? [fresh] : [...best(options, typed), fresh];
    }

    function add(option) {
      if (!chosen.includes(option.value)) chosen.push(option.value);
      input.value = "";
      draw();
    }

    const list = suggest(input, find, add);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !input.value && chosen.length) {
        chosen.pop();
        draw();
      }
    });
    // What was typed and not chosen yet counts if it is certain; else the server says what is wrong with it.
    const commit = () => {
      const top = list.top();
      if (input.value.trim()) add(top && top.how <= 3 ? top : { value: input.value.trim() });
      chosen.filter((part) => title.has(part)).forEach((key) => {
        if (recent.includes(key)) recent.splice(recent.indexOf(key), 1);
        recent.unshift(key);
      });
    };
    draw();
    return commit;
  }

  function speakerField(form, speakers) {
    const field = (name) => form.elements.namedItem(name);
    const input = field("speaker"), party = field("speaker_party");
    const nobody = { label: "unattributed", texts: ["unattributed"], code: "", matched: "unattributed" };
    const options = [...speakers.map((row) => ({ ...row, texts: [...row.names, row.code] })), nobody];

    // A beginning is completed; a whole name stays as it was typed, as the source may spell it.
    function pick(option) {
      if (folded(option.matched).includes(folded(input.value)) && option.matched !== option.code) input.value = option.matched;
      party.value = option.code;
    }

    suggest(input, (typed) => (typed ? best(options, typed) : []), pick);
    input.addEventListener("input", () => {
      const same = options.filter((option) => option.texts.some((name) => folded(name) === folded(input.value)));
      party.value = same.length === 1 ? same[0].code : "";
      field("speaker_office").value = field("capacity").value = "";  // they were those of the one above
    });
    input.addEventListener("focus", () => input.select());
  }

  window.ParleyFields = { issueField, speakerField };
})();
