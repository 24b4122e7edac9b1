// The page: two phones, one clock, one stream of what changed.
import { element, momentOf, post } from "./dom.js";
import { PhoneFrame } from "./phone.js";

class Desk {
  constructor(config) {
    this.config = config;
    this.views = new Map();
    this.read = new Map();
    this.frames = ["client", "dietitian"].map((role, index) => new PhoneFrame(this, role, this.holderOf(role, index)));
  }

  holderOf(role, index) {
    const people = this.config.people;
    return (people.find((person) => person.role === role) ?? people[index] ?? people[0]).user_id;
  }

  person(id) { return this.config.people.find((person) => person.user_id === id); }

  open() {
    document.querySelector(".desk").append(...this.frames.map((frame) => frame.node));
    document.querySelector(".jump").append(...this.frames.map((frame) =>
      element("a", { href: `#phone-${frame.role}` }, element("span"), element("b", { class: "badge" }))));
    document.querySelector(".links").append(...this.config.links.map((link) =>
      element("a", { href: link.url, target: "_blank", rel: "noopener" }, link.label)));
    document.addEventListener("visibilitychange", () => this.frames.forEach((frame) => this.seen(frame)));
    this.badges();
    this.listen();
  }

  listen() {
    const stream = new EventSource("stream");
    const offline = document.querySelector(".offline");
    stream.onopen = () => { offline.hidden = true; };
    stream.onerror = () => { offline.hidden = false; };
    stream.addEventListener("phone", (event) => this.changed(JSON.parse(event.data)));
    stream.addEventListener("clock", (event) => clock.set(JSON.parse(event.data)));
  }

  changed(view) {
    const first = !this.views.has(view.id);
    this.views.set(view.id, view);
    if (first) this.read.set(view.id, view.messages.at(-1)?.id ?? 0);
    this.frames.filter((frame) => frame.personId === view.id).forEach((frame) => frame.update());
    this.badges();
  }

  seen(frame) {
    if (!document.hidden && frame.stuck) this.read.set(frame.personId, frame.view?.messages.at(-1)?.id ?? 0);
    this.badges();
  }

  unread(id) {
    const read = this.read.get(id) ?? 0;
    return (this.views.get(id)?.messages ?? []).filter((message) => !message.mine && message.id > read).length;
  }

  badges() {
    const counts = this.config.people.map((person) => this.unread(person.user_id));
    const total = counts.reduce((sum, count) => sum + count, 0);
    document.title = (total ? `(${total}) ` : "") + this.config.title;
    for (const [index, frame] of this.frames.entries()) {
      frame.badge(this.unread(frame.personId));
      this.options(frame, counts);
      const chip = document.querySelectorAll(".jump a")[index];
      if (!chip) continue;
      chip.firstElementChild.textContent = this.person(frame.personId).name;
      chip.lastElementChild.textContent = this.unread(frame.personId) || "";
    }
  }

  options(frame, counts) {
    const labels = this.config.people.map((person, index) =>
      `${person.name} · ${person.role}${counts[index] ? ` (${counts[index]} new)` : ""}`);
    const select = frame.find("select");
    const elsewhere = this.config.people.some((person, index) =>
      counts[index] && !this.frames.some((other) => other.personId === person.user_id));
    select.parentElement.classList.toggle("news", elsewhere);
    if (select.dataset.labels !== labels.join("|")) {
      select.dataset.labels = labels.join("|");
      select.replaceChildren(...labels.map((label, index) => element("option", { value: this.config.people[index].user_id }, label)));
    }
    select.value = frame.personId;
  }

  // A t.me link to this bot opens in a phone of this page; everything else is the browser's business.
  follow(event, address, from) {
    const url = new URL(address, location.href);
    const ours = ["t.me", "telegram.me"].includes(url.hostname)
      && url.pathname.slice(1).toLowerCase() === this.config.bot.username.toLowerCase();
    if (!ours) return;
    event?.preventDefault();
    const payload = url.searchParams.get("start") ?? "";
    if (!event) return void from.act("start", { payload });
    const other = this.frames.find((frame) => frame !== from);
    const people = [other.personId, from.personId, ...this.config.people.map((person) => person.user_id)];
    const choices = [...new Set(people)].map((id) => ({
      label: this.person(id).name,
      hint: id === from.personId ? `${this.person(id).role} · this phone` : this.person(id).role,
      act: () => this.start(id, payload, other),
    }));
    from.sheet.choices("Open the link on the phone of", choices, "deep-link");
  }

  start(id, payload, fallback) {
    const frame = this.frames.find((one) => one.personId === id) ?? fallback;
    if (frame.personId !== id) frame.show(id);
    frame.node.scrollIntoView({ block: "nearest" });
    frame.act("start", { payload });
  }
}

const clock = {
  set(state) {
    this.ahead = Date.parse(state.now) - Date.now();
    const hours = Math.round(state.shift / 36) / 100;
    const shift = document.querySelector("[data-testid=clock-shift]");
    shift.hidden = hours === 0;
    shift.textContent = `moved by ${hours} h`;
    this.draw();
  },
  draw() {
    if (this.ahead === undefined) return;
    document.querySelector("[data-testid=clock-now]").textContent = momentOf(Date.now() + this.ahead);
  },
};

setInterval(() => clock.draw(), 1000);
for (const button of document.querySelectorAll(".clock button")) {
  button.addEventListener("click", async () => clock.set(await post("clock/advance", { seconds: Number(button.dataset.seconds) })));
}
new Desk(await (await fetch("config")).json()).open();
