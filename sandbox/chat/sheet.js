// What covers a phone for a moment: an alert, the command menu, a choice of people.
import { element, icon } from "./dom.js";

export class Sheet {
  constructor(holder) {
    this.holder = holder;
    holder.addEventListener("click", (event) => event.target === holder && this.close());
    holder.addEventListener("keydown", (event) => this.onKey(event));
  }

  open(title, body, { role = "dialog", testid } = {}) {
    this.before = document.activeElement;
    const card = element("div", { class: "card", role, "aria-modal": "true", "aria-label": title, "data-testid": testid }, ...body);
    this.holder.replaceChildren(card);
    this.holder.hidden = false;
    card.querySelector("button, a, input")?.focus();
  }

  close() {
    this.holder.hidden = true;
    this.holder.replaceChildren();
    this.before?.isConnected && this.before.focus();
  }

  onKey(event) {
    if (event.key === "Escape") return this.close();
    if (event.key !== "Tab") return;
    const stops = [...this.holder.querySelectorAll("button:not(:disabled), a[href], input")];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  alert(text) {
    const ok = element("button", { type: "button", class: "primary", "data-testid": "alert-ok", onclick: () => this.close() }, "OK");
    this.open("Alert", [element("p", { class: "alert-text" }, text), ok], { role: "alertdialog", testid: "alert" });
  }

  choices(title, choices, testid) {
    const rows = choices.map((choice) =>
      element("button", {
        type: "button", class: `choice ${choice.danger ? "danger" : ""}`, "data-testid": "choice",
        onclick: () => { this.close(); choice.act(); },
      }, element("b", {}, choice.label), choice.hint ? element("small", {}, choice.hint) : null));
    this.open(title, [element("h2", {}, title), element("div", { class: "choices" }, ...rows)], { testid });
  }

  people(people, most, done) {
    const boxes = people.map((person) =>
      element("label", { class: "choice pick" },
        element("input", { type: most > 1 ? "checkbox" : "radio", name: "person", value: person.user_id }),
        icon("person"), element("b", {}, person.name), element("small", {}, person.role)));
    const share = element("button", { type: "button", class: "primary", "data-testid": "share" }, "Share");
    share.addEventListener("click", () => {
      const chosen = [...this.holder.querySelectorAll("input:checked")].map((box) => Number(box.value)).slice(0, most);
      if (!chosen.length) return;
      this.close();
      done(chosen);
    });
    const title = most > 1 ? `Choose up to ${most} people` : "Choose a person";
    this.open(title, [element("h2", {}, title), element("div", { class: "choices" }, ...boxes), share], { testid: "people" });
  }
}
