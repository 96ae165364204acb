// People and their accounts: HR's key on one side, WeCom's account on the other.

const LINK_TONES = {
  doubtful: "bad", moved: "warn", certain: "good", new: "info", left_out: "calm", unmanaged: "calm",
  linked: "good", waits: "info", gone: "calm",
};
const FEW_LINKS = 12; // beyond these the list scrolls by itself, so that the decision stays near
const OWN = ""; // stands for an account of one's own
const NOBODY = "-"; // stands for no account
// What a spreadsheet leaves as it is: see `guarded` in `legibility.py`.
const namesByKey = new Map(); // of people, by HR's keys
const STAYS = /^(?:(?:0|[1-9]\d{0,10})$|[^\d=+\-@＝＋－＠\t\r\n])/;

/** Return a side of a link as `plan.json` has it, with what is left out there. */
function readSide(side) {
  return { evidence: [], differs: [], ...side };
}

function readLink(link) {
  namesByKey.set(link.key, link.name);
  return { ...readSide(link), kind: link.state, candidates: (link.candidates ?? []).map(readSide) };
}

/** Return everything by which somebody is searched for. */
function textOfLink(link) {
  return [link, ...link.candidates].flatMap((side) => [side.key, side.account, side.name, side.department]);
}

/** Who it is, where, and how to reach them. */
function Side({ side, id, remarks = [] }) {
  const about = [side.department, side.mobile, side.mail].filter(Boolean);
  return html`${side.name && html`<span class="person">${clean(side.name)}</span>${" "}`}<span class="mono">${clean(id)}</span>
    ${about.length > 0 && html`<span class="small">${listed(about)}</span>`}
    ${remarks.length > 0 && html`<span class="small">${listed(remarks)}</span>`}`;
}

function remarksOf(side, words) {
  return [...side.evidence.map((it) => say(words.evidence[it])), ...side.differs.map((it) => say(words.differs[it])), ...(side.off ? [`${say(words.off)} ${side.off}`] : [])];
}

/** Return what a choice or a link says of the account, in words. */
function accountWords(account) {
  return account === OWN ? t("choose_own") : account === NOBODY ? t("choose_nobody") : clean(account);
}

/** Whose account it is: the candidates side by side, and what else may be said. */
function Choice({ link, words, chosen, choose }) {
  const name = useId();
  const options = [
    ...link.candidates.filter((side) => side.account !== link.account).map((side) => [side.account, html`<${Side} side=${side} id=${side.account} remarks=${remarksOf(side, words)} />`]),
    [undefined, t(link.kind === "doubtful" ? "choose_later" : "choose_as_shown")],
    ...[OWN, NOBODY].map((account) => [account, accountWords(account)]),
  ];
  const isOther = !options.some(([account]) => account === chosen);
  return html`<fieldset class="choice"><legend class="hidden-text">${t("choose_account", { who: link.name || link.key })}</legend>
    ${options.map(([account, label]) => html`<label class="option"><input type="radio" name=${name} checked=${chosen === account}
      onChange=${() => choose(account)} /><span>${label}</span></label>`)}
    <label class="option">${t("choose_other")}${" "}<input type="text" value=${isOther ? chosen : ""} autocomplete="off" spellcheck=${false}
      onInput=${(event) => choose(event.currentTarget.value.trim() || undefined)} /></label></fieldset>`;
}

/** The account of a link, or the choice of one. */
function Account({ link, words, chosen, choose }) {
  const [asked, setAsked] = useState("");
  const isOpen = choose && (link.kind === "doubtful" || asked === link.key || chosen !== undefined);
  const remarks = [link, ...link.candidates.slice(0, 1)].flatMap((side) => remarksOf(side, words));
  const asShown = html`<${Side} side=${link.candidates[0] ?? {}} id=${link.account || (link.kind === "waits" ? t("choose_own") : NOBODY)}
    remarks=${remarks} />`;
  if (isOpen) return html`${link.kind !== "doubtful" && asShown}
    <${Choice} link=${link} words=${words} chosen=${chosen} choose=${choose} />`;
  return html`${asShown}
    ${choose && link.kind !== "unmanaged" && html`<div><button type="button" class="quiet" onClick=${() => setAsked(link.key)}>
      ${t("choose_correct")}<span class="hidden-text">${" "}${clean(link.name || link.key)}</span></button></div>`}`;
}

/** What the reader answers, by key, and how they do. */
function useChoices() {
  const [choices, setChoices] = useState(() => new Map());
  const choose = (key, account) =>
    setChoices((before) => {
      const after = new Map(before);
      if (account === undefined) after.delete(key);
      else after.set(key, account);
      return after;
    });
  return [choices, choose];
}

/** All links: to search, to filter by state, and where somebody decides, to answer. */
function Links({ title, hint, words, counts, total, dated, choices, choose, children }) {
  const all = useRows("links", readLink);
  const headings = ["link_person", "link_state", "link_account", ...(dated ? ["link_since"] : [])].map((code) => ({ title: t(code) }));
  const cellsOf = (link) => [
    html`<${Side} side=${link} id=${link.key} />${link.before && html`<span class="small">${t("link_before", { before: link.before })}</span>`}`,
    html`<${Chip} tone=${LINK_TONES[link.kind] ?? ""}>${say(words.states[link.kind])}<//>
      ${choices?.has(link.key) && html`<span class="small">${t("chosen")}</span>`}`,
    html`<${Account} key=${link.key} link=${link} words=${words} chosen=${choices?.get(link.key)}
      choose=${choose && ((account) => choose(link.key, account))} />`,
    ...(dated ? [clean(link.since)] : []),
  ];
  return html`<${Card} title=${title} id="links"><p class="hint">${hint}</p>
    <${Finder} all=${all} total=${total} counts=${counts} wordOf=${(kind) => say(words.states[kind])} textOf=${textOfLink}
      search=${t("search_links")} filter=${t("filter_links")} label=${title} headings=${headings} cellsOf=${cellsOf}
      few=${FEW_LINKS} kind=${dated ? "links dated" : "links"} estimate=${(link) => (choose && link.kind === "doubtful" ? 150 + 66 * link.candidates.length : 66)} />
    ${children}<//>`;
}

/** Return accounts.csv: the newest version is the whole statement, so the lines in force are in it. */
function accountsFile(lines) {
  const spelt = (cell) => (cell === NOBODY || cell === "" || STAYS.test(cell) ? cell : `="${cell.replaceAll('"', '""')}"`);
  const quoted = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const rows = [...lines].map((line) => line.map((cell) => quoted(spelt(cell))).join(","));
  return `\ufeff${["key,account", ...rows].join("\r\n")}\r\n`;
}

/** What was chosen, ready to be dropped alone; at the desk it goes either alone or with the approval. */
function Statement({ stated, choices, choose, alone }) {
  const [answer, setAnswer] = useState(null);
  if (!choices.size) return html`<${Said} answer=${answer} code="desk_stated" />`;
  const lines = new Map([...Object.entries(stated.lines), ...choices]);
  const state = async () => {
    const answered = await post("accounts", { base: stated.version, content: accountsFile(lines) });
    if (answered.status === 202) choices.forEach((_, key) => choose(key));
    setAnswer(answered);
    return answered;
  };
  return html`<div class="way"><h3>${t("statement", { count: choices.size })}</h3>
    <ul class="who">${[...choices].map(([key, account]) => html`<li><${Side} side=${{ name: namesByKey.get(key) }} id=${key} />${" ↔ "}${accountWords(account)}</li>`)}</ul>
    <p class="hint">${t(alone ? "statement_alone" : "statement_means")}</p>
    ${desk && alone && html`<${Sure} label=${t("desk_state")} sure=${t("desk_state_sure")} main=${true} act=${state} />`}
    ${!desk && html`<div><button type="button" class="quiet" onClick=${() => save("accounts.csv", accountsFile(lines), "text/csv")}>${t("save_accounts")}</button></div>
    <p class="hint">${t("statement_drop")}</p>${stated.commands.map((text) => html`<${Command} text=${text} />`)}`}</div>`;
}
