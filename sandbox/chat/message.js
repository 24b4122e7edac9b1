// One bubble with the buttons under it.
import { element, icon, sizeOf, timeOf } from "./dom.js";

export function renderMessage(message, actions) {
  const text = element("div", { class: "text", html: message.html });
  enliven(text, actions);
  const meta = element(
    "span", { class: "meta" },
    message.silent ? element("span", { title: "It came without a sound" }, "🔕") : null,
    message.edited ? element("span", { class: "edited" }, "edited") : null,
    element("time", { datetime: message.at }, timeOf(message.at)),
  );
  const bubble = element(
    "div", { class: "bubble" },
    message.quoted ? element("div", { class: "quoted" }, message.quoted) : null,
    message.photo ? photo(message.photo) : null,
    message.document ? documentCard(message.document) : null,
    message.shared.length ? element("div", { class: "shared" }, icon("person"), `Shared: ${message.shared.join(", ")}`) : null,
    message.place ? element("div", { class: "shared" }, `📍 ${message.place}`) : null,
    message.html ? text : null,
    meta,
  );
  return element(
    "article",
    {
      class: `message ${message.mine ? "mine" : "theirs"}`,
      "data-testid": "message",
      "data-message": message.id,
      "data-from": message.mine ? "me" : "bot",
      "aria-label": message.mine ? "You" : "Bot",
    },
    bubble,
    message.buttons.length ? inlineKeyboard(message, actions) : null,
  );
}

function photo(file) {
  return element("a", { href: file.href, target: "_blank", rel: "noopener", class: "photo" },
    element("img", { src: file.href, alt: "Photo", loading: "lazy" }));
}

function documentCard(file) {
  return element(
    "a", { class: "document", href: file.href, download: file.name, "data-testid": "document" },
    element("span", { class: "file-icon" }, icon("file")),
    element("span", { class: "file-text" }, element("b", {}, file.name), element("small", {}, `${sizeOf(file.size)} · Download`)),
  );
}

function inlineKeyboard(message, actions) {
  const rows = message.buttons.map((row, y) =>
    element("div", { class: "row" }, ...row.map((button, x) => inlineButton(message, button, y, x, actions))));
  return element("div", { class: "inline", role: "group", "aria-label": "Buttons" }, ...rows);
}

function inlineButton(message, button, row, column, actions) {
  const shared = { class: `inline-button ${button.style}`, "data-testid": "inline-button", "data-kind": button.kind };
  if (button.kind === "link") {
    const link = element("a", { ...shared, href: button.url, target: "_blank", rel: "noopener" }, button.label, icon("link"));
    link.addEventListener("click", (event) => actions.follow(event, button.url));
    return link;
  }
  const press = (event) => actions.press(event.currentTarget, message, button, row, column);
  return element("button", { ...shared, type: "button", onclick: press }, button.label, button.kind === "copy" ? icon("copy") : null);
}

// Addresses, commands and times inside a text come alive.
function enliven(text, actions) {
  for (const found of text.querySelectorAll(".found-url, .found-email")) {
    const scheme = found.className === "found-email" ? "mailto:" : "";
    found.replaceWith(element("a", { href: scheme + found.textContent }, found.textContent));
  }
  for (const link of text.querySelectorAll("a[href]")) {
    link.target = "_blank";
    link.rel = "noopener";
    link.addEventListener("click", (event) => actions.follow(event, link.href));
  }
  for (const command of text.querySelectorAll(".found-bot_command")) {
    const send = () => actions.send(command.textContent);
    command.replaceWith(element("button", { type: "button", class: "command", onclick: send }, command.textContent));
  }
  for (const time of text.querySelectorAll("time[data-unix]")) {
    const at = new Date(Number(time.dataset.unix) * 1000);
    time.dateTime = at.toISOString();
    time.title = `Where you are: ${at.toLocaleString()}`;
  }
  for (const spoiler of text.querySelectorAll(".tg-spoiler")) {
    const show = () => spoiler.classList.add("open");
    spoiler.tabIndex = 0;
    spoiler.title = "Hidden: press to read";
    spoiler.addEventListener("click", show);
    spoiler.addEventListener("keydown", (event) => event.key === "Enter" && show());
  }
}
