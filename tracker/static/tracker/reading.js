// The reading page by keyboard and mouse. Without this script the same form is sent as any other.
(() => {
  "use strict";

  const { issueField, speakerField } = window.ParleyFields;
  const said = document.getElementById("reading-said");
  const text = document.getElementById("reading-text");
  const speakers = JSON.parse(document.getElementById("reading-speakers").textContent);
  const form = () => document.getElementById("row");
  const field = (name) => form().elements.namedItem(name);
  let at = -1, from = -1, lastRange = null, saving = false, commit = () => {};

  function tell(words) {
    said.textContent = "";
    requestAnimationFrame(() => { said.textContent = words; });
  }

  // ---- the text

  const sentences = () => [...text.querySelectorAll(".sentence")];

  function selected() {
    const selection = window.getSelection();
    if (!text || selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    return text.contains(range.commonAncestorContainer) ? range : null;
  }

  // From the beginning of one sentence to the end of another, without the blanks after it.
  function select(first, last) {
    const walker = document.createTreeWalker(last, NodeFilter.SHOW_TEXT);
    let end = null;
    while (walker.nextNode()) if (walker.currentNode.data.trim()) end = walker.currentNode;
    if (!end) return;
    window.getSelection().setBaseAndExtent(first, 0, end, end.data.trimEnd().length);
    last.scrollIntoView({ block: "nearest" });
  }

  function step(by, extend) {
    const all = sentences();
    if (all.length === 0) return;
    const to = Math.min(Math.max(at + by, extend ? from : 0), all.length - 1);
    if (!extend || from < 0) from = to;
    if (all[from].parentElement !== all[to].parentElement) {
      tell("A quote lies within one paragraph.");
      return;
    }
    at = to;
    select(all[from], all[to]);
  }

  function place(range) {
    const before = range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer;
    const paragraph = before.closest(".paragraph");
    if (!paragraph) return "";
    const upTo = document.createRange();
    upTo.setStart(paragraph, 0);
    upTo.setEnd(range.startContainer, range.startOffset);
    return String(Number(paragraph.dataset.start) + [...upTo.toString()].length);
  }

  // What is selected becomes the quote of the row.
  function take(range, goOn) {
    if (!range || !form()) return;
    const all = sentences();
    at = all.findLastIndex((sentence) => range.intersectsNode(sentence));
    from = all.findIndex((sentence) => range.intersectsNode(sentence));
    field("quote").value = range.toString().trim();
    field("near").value = place(range);
    if (window.CSS && CSS.highlights) CSS.highlights.set("taken", new Highlight(range.cloneRange()));
    if (goOn) document.getElementById("id_issues").focus();
  }

  function toRow() {
    const sentence = sentences()[at];
    const link = sentence && sentence.querySelector("a.quoted");
    if (link) link.click();
  }

  function keyInText(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const deeds = {
      j: () => step(1, false), k: () => step(-1, false), J: () => step(1, true), K: () => step(-1, true),
      Enter: () => take(selected(), true), " ": () => take(selected(), true), r: toRow,
    };
    const deed = deeds[event.key];
    if (!deed || event.target.closest("a.quoted") && event.key === "Enter") return;
    event.preventDefault();
    deed();
  }

  function watchText() {
    let touched = false;
    text.addEventListener("keydown", keyInText);
    text.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    text.addEventListener("mouseup", () => setTimeout(() => { if (!touched) take(selected(), true); }));
    text.addEventListener("click", (event) => {
      const sentence = event.target.closest(".sentence");
      if (sentence) at = from = sentences().indexOf(sentence);
      if (selected()) event.preventDefault();
    });
    document.addEventListener("selectionchange", () => { lastRange = selected() || lastRange; });
    const button = document.querySelector("[data-take]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => take(lastRange, true));
  }

  // ---- the row

  function dress() {
    if (!form()) return;
    commit = issueField(form());
    speakerField(form(), speakers);
    form().querySelectorAll("[data-keys], [data-help]").forEach((hint) => { hint.hidden = false; });
    form().querySelector("[data-help]").addEventListener("click", toggleHelp);
    form().addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter && event.submitter.name === "instead") accept(event.submitter.value);
      else save();
    });
    form().addEventListener("keydown", (event) => {
      const inLine = event.target.matches("input:not([type=radio]):not([type=checkbox])");
      if (event.key === "Enter" && inLine && !event.ctrlKey && !event.metaKey) event.preventDefault();
      if (event.key === "Escape" && text) text.focus({ preventScroll: true });
    });
  }

  function accept(nearest) {
    field("quote").value = nearest;
    field("near").value = "";
    field("quote").focus();
  }

  function toggleHelp() {
    const keys = document.getElementById("reading-keys");
    keys.hidden = !keys.hidden;
    form().querySelector("[data-help]").setAttribute("aria-expanded", String(!keys.hidden));
    if (!keys.hidden) keys.scrollIntoView({ block: "nearest" });
  }

  // ---- saving

  async function save() {
    if (saving) return;
    saving = true;
    commit();
    form().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form().action, {
        method: "POST", body: new FormData(form()), headers: { "X-Parley-Part": "1" }, redirect: "manual",
      });
      if (answer.ok || answer.status === 400) show(await answer.text());
      else complain(answer);
    } catch {
      complain(null);
    } finally {
      saving = false;
      if (form()) form().removeAttribute("aria-busy");
    }
  }

  function complain(answer) {
    const why = answer === null ? "The server cannot be reached."
      : answer.type === "opaqueredirect" || answer.status === 403 ? "You are signed out, or your role has changed; sign in in another window."
        : `The server answered ${answer.status}.`;
    let notice = document.getElementById("reading-trouble");
    if (!notice) {
      notice = document.createElement("p");
      notice.id = "reading-trouble";
      notice.className = "notice tone-wrong";
      notice.setAttribute("role", "alert");
      form().prepend(notice);
    }
    notice.textContent = `Not saved. ${why} Your row is kept; save it once more.`;
  }

  function show(html) {
    const part = new DOMParser().parseFromString(html, "text/html").getElementById("reading-part");
    if (!part) {
      complain({ status: "something else" });
      return;
    }
    const wasOpen = form().querySelector("details.further").open;
    document.getElementById("reading-part").replaceWith(document.adoptNode(part));
    part.querySelectorAll("template").forEach((template) => {
      template.content.querySelectorAll(".paragraph").forEach((paragraph) => {
        document.getElementById(paragraph.id).replaceWith(document.adoptNode(paragraph));
      });
    });
    dress();
    const refused = form().querySelector(".field.wrong");
    form().querySelector("details.further").open ||= wasOpen;
    if (window.CSS && CSS.highlights && !refused) CSS.highlights.delete("taken");
    if (refused || "refused" in form().dataset) {
      const reason = form().querySelector(".field.wrong .error, [role=alert]").textContent.trim();
      tell(`Not saved. ${reason}`);
      const input = refused && refused.querySelector("input:not([type=hidden]), select, textarea");
      (input || form().querySelector("textarea")).focus();
    } else {
      tell(part.dataset.said);
      (text || form().querySelector("textarea")).focus({ preventScroll: true });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!form()) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    } else if (event.key === "?" && !event.target.matches("input:not([type=radio]), textarea, select")) {
      event.preventDefault();
      toggleHelp();
    }
  });

  if (text) watchText();
  dress();
  if (text && form() && !location.hash) text.focus({ preventScroll: true });
})();
