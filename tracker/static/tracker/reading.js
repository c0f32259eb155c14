// The reading page by keyboard and mouse. Without this script the same form is sent as any other.
(() => {
  "use strict";

  const { issueField, speakerField } = window.ParleyFields;
  const { watchText } = window.ParleyText;
  const said = document.getElementById("reading-said");
  const text = document.getElementById("reading-text");
  const speakers = JSON.parse(document.getElementById("reading-speakers").textContent);
  const TYPING = "input:not([type=radio]), textarea";
  const form = () => document.getElementById("row");
  const field = (name) => form().elements.namedItem(name);
  let busy = false, commit = () => {};

  function tell(words) {
    said.textContent = "";
    if (form()) form().querySelector("[data-told]").textContent = words;
    requestAnimationFrame(() => { said.textContent = words; });
  }

  // ---- the row

  function dress() {
    if (!form()) return;
    const settled = [issueField(form()), speakerField(form(), speakers)];
    commit = () => settled.forEach((settle) => settle());
    form().querySelectorAll("[data-keys], [data-help], [data-discard]").forEach((hint) => { hint.hidden = false; });
    form().querySelector("[data-help]").addEventListener("click", toggleHelp);
    form().querySelector("[data-discard]").addEventListener("click", discard);
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

  // What is selected in the text becomes the quote of the row.
  function take(words, near) {
    if (!form()) return false;
    field("quote").value = words;
    field("near").value = near;
    tell("");  // what was said of the row before
    document.getElementById("id_issues").focus();
    return true;
  }

  function more() {
    if (!form()) return;
    const further = form().querySelector("details.further");
    further.open = true;
    further.querySelector("input, select, textarea").focus();
  }

  // Whether anything would be lost that is nowhere else.
  const isBegun = () => Boolean(form()) && [field("quote"), field("issues")].some((typed) => typed.value.trim());

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

  function save() {
    if (busy) return;
    commit();
    ask(form().action, { method: "POST", body: new FormData(form()) });
  }

  // The next row from the beginning, as it is after one was saved.
  function discard() {
    if (!busy) ask(form().action, { cache: "no-store" });
  }

  async function ask(address, how) {
    busy = true;
    form().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { ...how, headers: { "X-Parley-Part": "1" }, redirect: "manual" });
      if (answer.ok || answer.status === 400) show(await answer.text());
      else complain(answer);
    } catch {
      complain(null);
    } finally {
      busy = false;
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
    tell(part.dataset.said || "The row is cleared.");
    if (refused || "refused" in form().dataset) {
      const input = refused && refused.querySelector("input:not([type=hidden]), select, textarea");
      (input || form().querySelector("textarea")).focus();
    } else {
      (text || form().querySelector("textarea")).focus({ preventScroll: true });
      const newest = part.dataset.said && part.querySelector(".entered");
      if (newest) newest.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!form()) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    } else if (event.altKey && event.code === "KeyM") {
      event.preventDefault();
      more();
    } else if (event.ctrlKey && event.key === "Backspace" && !event.target.matches(TYPING)) {
      event.preventDefault();
      discard();
    } else if (event.key === "?" && !event.target.matches(`${TYPING}, select`)) {
      event.preventDefault();
      toggleHelp();
    }
  });

  addEventListener("beforeunload", (event) => { if (isBegun()) event.preventDefault(); });

  if (text) watchText(text, { take, more, tell });
  dress();
  if (text && form() && !location.hash) text.focus({ preventScroll: true });
})();
