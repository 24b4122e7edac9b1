// One phone: a frame that shows the chat of whichever person holds it.
import { dayOf, element, icon, post } from "./dom.js";
import { renderMessage } from "./message.js";
import { Sheet } from "./sheet.js";

const DOING = { typing: "typing…", upload_document: "sending a file…", upload_photo: "sending a photo…" };
const TOAST_MS = 3500;
const PLACES = [["Lagos", 6.45, 3.4], ["London", 51.51, -0.13], ["New York", 40.71, -74.01], ["Kathmandu", 27.72, 85.32], ["At sea", 0, -25]];

export class PhoneFrame {
  constructor(desk, role, personId) {
    this.desk = desk;
    this.role = role;
    this.personId = personId;
    this.rendered = new Map();
    this.stuck = true; // to the newest message, until scrolled away
    this.node = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.node.dataset.testid = `phone-${role}`;
    this.node.id = `phone-${role}`;
    this.find = (selector) => this.node.querySelector(selector);
    this.log = this.find(".log");
    this.box = this.find("textarea");
    this.sheet = new Sheet(this.find(".sheet"));
    this.actions = {
      press: (...args) => this.press(...args),
      follow: (event, url) => this.desk.follow(event, url, this),
      send: (text) => this.say(text),
    };
    this.wire();
  }

  get path() { return `people/${this.personId}`; }
  get view() { return this.desk.views.get(this.personId); }
  get atBottom() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60; }

  wire() {
    this.find(".bot-name").textContent = this.desk.config.bot.first_name;
    this.find(".avatar").textContent = this.desk.config.bot.first_name[0];
    const select = this.find("select");
    select.addEventListener("change", () => this.show(Number(select.value)));
    this.find("form").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    });
    const file = this.find("input[type=file]");
    this.find(".attach").addEventListener("click", () => file.click());
    file.addEventListener("change", () => this.attach(file));
    this.find(".menu").addEventListener("click", () => this.menu());
    this.find(".empty button").addEventListener("click", () => this.act("start", {}));
    this.find(".blocked button").addEventListener("click", () => this.act("unblock", {}));
    this.find(".down").addEventListener("click", () => this.scrollDown());
    this.log.addEventListener("scroll", () => { this.stuck = this.atBottom; this.desk.seen(this); });
    // a picture has its height only once it is loaded
    this.log.addEventListener("load", () => this.stuck && this.scrollDown(), true);
    new ResizeObserver(() => this.stuck && this.scrollDown()).observe(this.log);
  }

  show(personId) {
    this.personId = personId;
    this.rendered.clear();
    this.log.replaceChildren();
    this.sheet.close();
    this.update();
    this.scrollDown();
    this.desk.badges();
  }

  update() {
    const view = this.view;
    if (!view) return;
    const person = this.desk.person(this.personId);
    this.node.setAttribute("aria-label", `Phone of ${person.name}, ${person.role}`);
    this.find(".status").textContent = DOING[view.action] ?? (view.action ? "busy…" : "bot");
    this.find(".status").classList.toggle("doing", Boolean(view.action));
    this.find(".blocked").hidden = !view.blocked;
    this.find("form").hidden = view.blocked;
    this.box.placeholder = view.placeholder || "Message";
    this.keyboard(view.keyboard, view.blocked);
    this.messages(view.messages);
    this.emptiness(view);
  }

  messages(messages) {
    const stick = this.stuck || messages.at(-1)?.mine;
    const there = new Set(messages.map((message) => message.id));
    for (const [id, old] of this.rendered) {
      if (!there.has(id)) { old.node.remove(); this.rendered.delete(id); }
    }
    messages.forEach((message) => this.place(message));
    this.days(messages);
    if (stick) this.scrollDown();
  }

  place(message) {
    const source = JSON.stringify(message);
    const old = this.rendered.get(message.id);
    if (old?.source === source) return;
    const node = renderMessage(message, this.actions);
    if (!old) this.log.append(node);
    else this.swap(old.node, node);
    this.rendered.set(message.id, { source, node });
  }

  // Whoever works by keyboard keeps their place when a message is redrawn under them.
  swap(old, node) {
    const stops = (where) => [...where.querySelectorAll("button, a")];
    const position = stops(old).indexOf(document.activeElement);
    old.replaceWith(node);
    node.classList.add("redrawn");
    if (position >= 0) stops(node)[position]?.focus();
  }

  days(messages) {
    this.log.querySelectorAll(".day").forEach((node) => node.remove());
    let last = "";
    for (const message of messages) {
      const day = dayOf(message.at);
      if (day !== last) this.rendered.get(message.id).node.before(element("div", { class: "day" }, element("span", {}, day)));
      last = day;
    }
  }

  keyboard(rows, blocked) {
    const holder = this.find(".keyboard");
    holder.hidden = blocked || !rows.length;
    const source = JSON.stringify(rows);
    if (holder.dataset.source === source) return;
    holder.dataset.source = source;
    holder.replaceChildren(...rows.map((row) => element("div", { class: "row" }, ...row.map((button) => this.replyButton(button)))));
  }

  replyButton(button) {
    const taps = { people: () => this.pick(button.people), place: () => this.pickPlace() };
    const tap = taps[button.kind] ?? (() => this.say(button.label));
    return element("button", { type: "button", class: `reply-button ${button.style}`, "data-testid": "reply-button", onclick: tap },
      button.kind === "people" ? icon("person") : null, button.label);
  }

  emptiness(view) {
    const empty = this.find(".empty");
    empty.hidden = view.messages.length > 0;
    empty.querySelector("h2").textContent = this.desk.config.bot.first_name;
    empty.querySelector("p").textContent = view.description || "No messages here yet.";
  }

  scrollDown() {
    this.stuck = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.desk.seen(this);
  }

  badge(count) {
    const down = this.find(".down");
    down.hidden = this.stuck;
    down.setAttribute("aria-label", count ? `${count} new below` : "To the newest message");
    this.find(".count").textContent = count || "";
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 130)}px`;
  }

  submit() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this.grow();
    this.say(text);
  }

  say(text) { return this.act("text", { text }); }

  async act(name, body) {
    try {
      return await post(`${this.path}/${name}`, body);
    } catch (error) {
      this.toast(error.message, true);
      return null;
    }
  }

  async press(node, message, button, row, column) {
    if (button.kind === "copy") return this.copy(button.copy);
    node.classList.add("waiting");
    node.setAttribute("aria-busy", "true");
    const answer = await this.act("press", { message_id: message.id, row, column });
    node.classList.remove("waiting");
    node.removeAttribute("aria-busy");
    if (!answer) return;
    if (!answer.answered) return this.toast("The bot has not answered.", true);
    if (answer.alert && answer.text) this.sheet.alert(answer.text);
    else if (answer.text) this.toast(answer.text);
    if (answer.url) this.desk.follow(null, answer.url, this);
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast(`Copied: ${text}`);
    } catch {
      this.toast(text);
    }
  }

  attach(picker) {
    const file = picker.files[0];
    picker.value = "";
    if (!file) return;
    if (!["image/png", "image/jpeg"].includes(file.type)) return void this.upload("document", file);
    this.sheet.choices(file.name, [
      { label: "Send as a photo", act: () => this.upload("photo", file) },
      { label: "Send as a file", act: () => this.upload("document", file) },
    ], "attachment");
  }

  async upload(kind, file) {
    const form = new FormData();
    form.append("file", file);
    form.append("caption", this.box.value.trim());
    this.box.value = "";
    this.grow();
    await this.act(kind, form);
  }

  pick(wanted) {
    const others = this.desk.config.people.filter((person) => person.user_id !== this.personId);
    this.sheet.people(others, wanted.max_quantity ?? 1, (ids) => this.act("share", { request_id: wanted.request_id, user_ids: ids }));
  }

  pickPlace() {
    this.sheet.choices("Where are you?", PLACES.map(([label, latitude, longitude]) =>
      ({ label, hint: `${latitude}, ${longitude}`, act: () => this.act("place", { latitude, longitude }) })), "places");
  }

  menu() {
    if (!this.view) return;
    const commands = this.view.commands.map((one) => ({ label: `/${one.command}`, hint: one.description, act: () => this.say(`/${one.command}`) }));
    const block = { label: "Block the bot", danger: true, act: () => this.act("block", {}) };
    this.sheet.choices("Commands", [...commands, block], "command-menu");
  }

  toast(text, bad = false) {
    const node = element("div", { class: `toast ${bad ? "bad" : ""}`, "data-testid": "toast" }, text);
    this.find(".toasts").append(node);
    setTimeout(() => node.remove(), TOAST_MS);
  }
}
