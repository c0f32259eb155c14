// The text of the reading page: going through it by sentences, and selecting the passage that becomes a quote.
(() => {
  "use strict";

  // `deeds` are those of the row: take(words, near), more(), tell(words).
  function watchText(text, deeds) {
    let at = -1, from = -1, lastRange = null;

    const sentences = () => [...text.querySelectorAll(".sentence")];

    function selected() {
      const selection = window.getSelection();
      if (selection.rangeCount === 0 || selection.isCollapsed) return null;
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
        deeds.tell("A quote lies within one paragraph.");
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

    function take(range) {
      if (!range) return;
      const all = sentences();
      at = all.findLastIndex((sentence) => range.intersectsNode(sentence));
      from = all.findIndex((sentence) => range.intersectsNode(sentence));
      if (deeds.take(range.toString().trim(), place(range)) && window.CSS && CSS.highlights) {
        CSS.highlights.set("taken", new Highlight(range.cloneRange()));
      }
    }

    function toRow() {
      const sentence = sentences()[at];
      const link = sentence && sentence.querySelector("a.quoted");
      if (link) link.click();
    }

    function keyInText(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const keys = {
        j: () => step(1, false), k: () => step(-1, false), J: () => step(1, true), K: () => step(-1, true),
        Enter: () => take(selected()), " ": () => take(selected()), r: toRow,
        m: deeds.more,
      };
      const deed = keys[event.key];
      if (!deed || event.target.closest("a.quoted") && event.key === "Enter") return;
      event.preventDefault();
      deed();
    }

    function watch() {
      let touched = false;
      text.addEventListener("keydown", keyInText);
      text.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
      text.addEventListener("mouseup", () => setTimeout(() => { if (!touched) take(selected()); }));
      text.addEventListener("click", (event) => {
        const sentence = event.target.closest(".sentence");
        if (sentence) at = from = sentences().indexOf(sentence);
        if (selected()) event.preventDefault();
      });
      document.addEventListener("selectionchange", () => { lastRange = selected() || lastRange; });
      const button = document.querySelector("[data-take]");
      if (!button) return;
      button.hidden = false;
      button.addEventListener("click", () => take(lastRange));
    }

    watch();
  }

  window.ParleyText = { watchText };
})();
