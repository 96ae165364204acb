// What every page shares: reading the data, the texts, the frame and small parts.
// Whatever comes from the data is put in place as text, never as markup.

const { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } = hooks;
const html = htm.bind(preact.h);
const LANGUAGES = { en: "English", "zh-CN": "中文" };
const THEMES = ["auto", "light", "dark"];
// Commands and settings, whose values may have brackets of their own.
const IN_BRACKETS = / ?[(（](?:wecom-sync|--|settings\.toml)(?:[^()（）]|[(（][^()（）]*[)）])*[)）]/g;
let language = "en";
let texts = {};
let stored = document; // where the data lie: in this page, or in the one that the desk shows
let desk = null; // at the desk: the addresses of what may be read and said

/** Return a text of the interface, its blanks filled in. The desk and a count of one have their own wordings. */
function t(code, blanks = {}) {
  const wording = desk && texts[`${code}_desk`] ? `${code}_desk` : code;
  const one = blanks.count === 1 && texts[`${wording}_one`];
  const text = (one || texts[wording])[language];
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(blanks[name]));
}

function shown(value) {
  return typeof value === "number" ? grouped(value) : clean(value);
}

/** Return a text of the data, which has it in every language. What only IT can use stands in brackets, and not at the desk. */
function say(told) {
  const words = told ? told[language] ?? told.en : "";
  return clean(desk ? words.replace(IN_BRACKETS, "") : words);
}

function grouped(number) {
  return new Intl.NumberFormat(language).format(number);
}

/** Return somebody's words with nothing that hides or reorders a part of them. */
function clean(words) {
  return String(words ?? "").replace(/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/gu, (mark) =>
    mark === "\n" ? " " : `\\u${mark.codePointAt(0).toString(16).padStart(4, "0")}`);
}

function listed(words) {
  return words.map(clean).join(language === "en" ? ", " : "、");
}

function Moment({ at, seconds = false }) {
  if (!at) return null;
  const time = new Date(at);
  const style = { dateStyle: "medium", timeStyle: seconds ? "medium" : "short" };
  const utc = `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return html`<time datetime=${at} title=${utc}>${new Intl.DateTimeFormat(language, style).format(time)}</time>`;
}

/** Return the time between two moments in words, in its two largest units. */
function duration(from, to) {
  const seconds = Math.max(0, Math.round((new Date(to) - new Date(from)) / 1000));
  const parts = [[86400, "days"], [3600, "hours"], [60, "minutes"], [1, "seconds"]];
  const at = parts.findIndex(([size]) => seconds >= size);
  const [size, unit] = parts[at < 0 ? 3 : at];
  const whole = [t(`time_${unit}`, { count: Math.floor(seconds / size) })];
  const rest = at >= 0 && at < 3 ? Math.floor((seconds % size) / parts[at + 1][0]) : 0;
  if (rest) whole.push(t(`time_${parts[at + 1][1]}`, { count: rest }));
  return whole.join(" ");
}

/** A small word about a state or a kind of change; `tone` is a colour of the style sheet. */
function Chip({ tone, children }) {
  return html`<span class="chip ${tone}">${children}</span>`;
}

function Card({ title, tone = "", id, aside, children }) {
  const name = useId();
  return html`<section class="card ${tone}" id=${id} aria-labelledby=${name}>
    <div class="card-head"><h2 id=${name}>${title}</h2>${aside}</div>${children}</section>`;
}

/** A command, ready to be copied. */
function Command({ text }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return html`<div class="command"><code translate="no">${clean(text)}</code>
    <button type="button" class="quiet" onClick=${copy}>
      <span aria-live="polite">${t(copied ? "copied" : "copy")}</span></button></div>`;
}

/** Hand over a file that the reader asked for. It is made here; nothing is fetched. */
function save(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Shares of a whole: a bar for the eye, and a list that says the same in numbers. */
function Shares({ parts, label }) {
  const present = parts.filter((part) => part.count > 0);
  const total = present.reduce((sum, part) => sum + part.count, 0);
  return html`<div class="shares">
    <div class="share-bar" aria-hidden="true">
      ${present.map((part) => html`<span class="fill ${part.tone}" style=${{ flexGrow: part.count / total }}></span>`)}</div>
    <ul class="legend" aria-label=${label}>
      ${present.map((part) => html`<li><span class="dot ${part.tone}" aria-hidden="true"></span>
        <span class="legend-count">${grouped(part.count)}</span> ${part.label}</li>`)}</ul></div>`;
}

/** Numbers by name: `rows` have a label and parts with tone, label and count. */
function Bars({ rows, label }) {
  const most = Math.max(1, ...rows.map((row) => row.parts.reduce((sum, part) => sum + part.count, 0)));
  return html`<ul class="bars" aria-label=${label}>${rows.map((row) => {
    const present = row.parts.filter((part) => part.count > 0);
    return html`<li><span class="bar-name">${row.label}</span>
      <span class="bar-line" aria-hidden="true">${present.map((part) => html`<span class="fill ${part.tone}"
        style=${{ width: `${(100 * part.count) / most}%` }}></span>`)}</span>
      <span class="bar-count">${present.map((part) => `${part.label} ${grouped(part.count)}`).join(" · ")}</span></li>`;
  })}</ul>`;
}

function Switch({ label, value, options, onChange }) {
  return html`<div class="switch" role="group" aria-label=${label}>
    ${options.map(([name, word, lang]) => html`<button type="button" lang=${lang}
      aria-pressed=${String(name === value)} onClick=${() => onChange(name)}>${word}</button>`)}</div>`;
}

function kept(name) {
  try {
    return localStorage.getItem(`wecom-sync-${name}`);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`wecom-sync-${name}`, value);
  } catch {
    // The browser does not let this file remember anything.
  }
}

/** The language of the browser, as ours are called. */
function readers() {
  return Object.keys(LANGUAGES).find((name) => navigator.language.startsWith(name.slice(0, 2)));
}

function oneOf(values, ...wanted) {
  return wanted.find((each) => values.includes(each));
}

function Frame({ content, View }) {
  const asked = new URLSearchParams(location.search);
  const [chosen, setLanguage] = useState(
    oneOf(Object.keys(LANGUAGES), asked.get("lang"), kept("language"), readers(), content.language, "en"));
  const [theme, setTheme] = useState(oneOf(THEMES, asked.get("theme"), kept("theme"), "auto"));
  language = chosen;
  useLayoutEffect(() => {
    document.documentElement.lang = chosen;
    document.documentElement.dataset.theme = theme;
    document.title = say(content.title);
  }, [chosen, theme]);
  const choose = (name, set) => (value) => {
    keep(name, value);
    set(value);
  };
  return html`
    <a class="skip" href="#main">${t("skip")}</a>
    <header class="top"><span class="mark">wecom-sync</span><span class="top-title">${say(content.title)}</span>
      <div class="switches">${desk && html`<${Home} />`}
        <${Switch} label=${t("language")} value=${chosen} onChange=${choose("language", setLanguage)}
          options=${Object.entries(LANGUAGES).map(([name, word]) => [name, word, name])} />
        <${Switch} label=${t("theme")} value=${theme} onChange=${choose("theme", setTheme)}
          options=${THEMES.map((name) => [name, t(`theme_${name}`)])} /></div></header>
    <main id="main" tabindex="-1"><${View} data=${content.data} /></main>`;
}

/** Return a remark as it stands behind what it is about. */
function beside(remark) {
  return remark && (language === "en" ? ` (${remark})` : `（${remark}）`);
}

/** Yield the lines of JSON in an element, as they are unpacked. */
async function* unpacked(id, page = stored) {
  const packed = atob(page.getElementById(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let begun = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (begun + value).split("\n");
    begun = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
  if (begun) yield JSON.parse(begun);
}

/** Return rows of the page, more and more while they are unpacked; `read` makes each one. */
function useRows(name, read) {
  const [rows, setRows] = useState([]);
  useEffect(() => {
    const found = [];
    let shown = 0;
    let isOld = false;
    (async () => {
      for await (const part of unpacked(`rows-${name}`)) {
        if (isOld) return;
        for (const each of part) found.push(read(each));
        // Twice as many each time: so all updates together cost no more than the last one.
        if (found.length >= 2 * shown) {
          shown = found.length;
          setRows(found.slice());
          await new Promise((go) => setTimeout(go));
        }
      }
      if (!isOld) setRows(found);
    })();
    return () => (isOld = true);
  }, [stored]);
  return rows;
}

/** Show the page: `View` gets its data. At the desk they are another page's, which is fetched. */
async function mount(View) {
  ({ value: texts } = await unpacked("texts").next());
  const { value: own } = await unpacked("data").next();
  desk = own.desk ?? null;
  const app = document.getElementById("app");
  app.textContent = "";
  const show = (content, Shown = View) => preact.render(html`<${Frame} content=${content} View=${Shown} />`, app);
  show(own, desk ? Opening : View);
  if (desk) await follow(own, show);
}
