// What became of a run, what to do now, and whom it concerns.

/** The kinds of change, the gravest first: how each stands in plan.json's counts, and its colour. */
const CHANGES = {
  removed: { count: "remove", tone: "bad" },
  emptied: { count: "emptied", tone: "bad" },
  disabled: { count: "disable", tone: "warn" },
  moved: { count: "move", tone: "move" },
  added: { count: "add", tone: "good" },
  enabled: { count: "enable", tone: "good" },
  updated: { count: "update", tone: "info" },
};
const KINDS = Object.keys(CHANGES);
const PLACE_KINDS = { remove: "bad", disable: "warn", move_out: "move", move_in: "move", add: "good", enable: "good" };
const OUTCOME_TONES = { applied: "good", failed: "bad", unreported: "warn", not_applied: "calm", unsure: "warn", left: "calm" };
const STATE_TONES = {
  REJECTED: "bad", SHOWN: "warn", HELD: "warn", PARTIAL: "warn", FAILED: "bad", SUCCEEDED: "good", UNCHANGED: "good", PLANNED: "good",
  SUBMITTED: "info", SUBMITTING: "info", QUEUED: "info", RECEIVED: "info",
};
const FEW_ROWS = 12; // rows of one cause that are listed before the reader asks for more

function Hero({ data }) {
  const { run } = data;
  return html`<div class="hero" aria-live=${desk && "polite"}>
    <div><${Chip} tone=${data.tone}>${say(data.state)}<//></div>
    <h1>${say(data.headline)}</h1>
    ${data.reason && html`<p class="lead">${say(data.reason)}</p>`}
    <p class="facts">
      <span>${clean(run.file.split("/").pop())}</span>
      ${run.job && html`<span>${t(`job_${run.job}`)}</span>`}
      ${run.rows !== null && html`<span>${t("fact_rows", { count: run.rows })}</span>`}
      <span>${t(run.finished ? "fact_finished" : "fact_created")} <${Moment} at=${run.finished ?? run.created} /></span>
      ${run.finished && html`<span>${t("fact_took", { time: duration(run.created, run.finished) })}</span>`}
    </p></div>`;
}

function Steps({ data, choices, choose }) {
  const may = !desk || !data.decision || desk.posts.decide;
  return html`<${Card} title=${t("now_title")} tone=${data.tone === "calm" ? "" : data.tone} id="now">
    ${may && data.steps.map((step) => html`<div class="stack"><p>${t(step.code)}</p>
      ${step.command && !desk && html`<${Command} text=${step.command} />`}</div>`)}
    ${desk && html`<${Files} run=${data.run} />`}
    ${data.decision && html`<${Decide} data=${data} choices=${choices} choose=${choose} />`}
    ${data.sending && desk?.posts.send && html`<div class="ways"><${Sure} of=${data.sending.plan} label=${t("send_shown")} sure=${t("send_sure")} main
      act=${() => post("send", data.sending)} /></div>`}<//>`;
}

/** What is dropped for a decision: an answer where somebody has said whose accounts these are. */
function contentOf(word, decision, choices, stays, removes) {
  if (word === "cancel") return decision.cancel;
  const more = { ...(stays && { without: stays.length ? stays : "removals" }), ...(removes && { remove: decision.wanted }) };
  if (!choices.size) return { ...decision.approve, ...more };
  return { plan: decision.approve.plan, accounts: Object.fromEntries(choices), ...more };
}

/** The same as words of the command. */
function optionsOf({ accounts, without = [], remove = [] }) {
  const words = [...(accounts ? ["--accounts accounts.csv"] : []), ...[without].flat().map((it) => `--without ${it}`), ...remove.map((it) => `--remove ${it}`)];
  return words.map((it) => ` ${it}`).join("");
}

function Tick({ checked, change, label }) {
  return html`<label class="option"><input type="checkbox" checked=${checked}
    onChange=${(event) => change(event.currentTarget.checked)} /><span>${label}</span></label>`;
}

/** A text about a decision, in the words that fit what it is about. */
function fitting(decision, code, blanks) {
  const own = `${code}_${decision.about}`;
  return t(texts[own] ? own : code, blanks);
}

/** One way to decide. With two persons whoever states accounts cannot approve what rests on them. */
function Way({ word, decision, choices, choose }) {
  const [stays, setStays] = useState(null); // null: nobody, empty: whoever would go
  const [removes, setRemoves] = useState(false);
  const approves = word === "approve";
  const answers = approves && choices.size > 0;
  const file = decision.key.split("/").pop();
  const decided = contentOf(word, decision, choices, stays, removes);
  const content = JSON.stringify(decided);
  const command = decision.commands[word] + optionsOf(decided);
  const where = answers && html`<p class="hint">${t("decide_where_answer")} <code translate="no">s3://${clean(decision.bucket)}/${clean(decision.answer)}</code></p>`;
  return html`<div class="way"><h3>${t(`decide_${word}`)}</h3><p class="hint">${fitting(decision, `decide_${word}_means`)}</p>
    ${answers && decision.second_person ? html`<p>${t("decide_second")}</p>` : html`
      ${approves && decision.removals > 0 && html`<${Tick} checked=${stays} change=${(on) => setStays(on ? [] : null)} label=${fitting(decision, "decide_adds", { count: decision.removals })} />`}
      ${approves && stays && html`<label class="note">${t("decide_adds_only")}<input type="text" onInput=${(event) => setStays(event.currentTarget.value.match(/[^\s,，;；、]+/g) ?? [])} /></label>`}
      ${approves && decision.wanted.length > 0 && html`<${Tick} checked=${removes} change=${setRemoves} label=${t("decide_remove", { users: say(decision.leavers) })} />`}
      ${answers && html`<p>${t("decide_answers", { count: choices.size })}</p>`}
      ${desk ? html`<${Say} word=${word} decision=${decision} content=${content} done=${() => choices.forEach((_, key) => choose(key))} />` : html`<${Command} text=${command} /><p class="hint">${t("decide_or_drop")}</p>
      <div><button type="button" class=${approves && !decision.in_vain ? "main" : "quiet"}
        onClick=${() => save(file, content, "application/json")}>${t(`save_${word}`)}</button></div>${where}`}`}</div>`;
}

/** A decision that is said at the desk, with a note. */
function Say({ word, decision, content, done }) {
  const [note, setNote] = useState("");
  const { plan } = decision.approve;
  const act = async () => {
    const answer = await post("decide", { plan, ...JSON.parse(content), ...(note && { note }) });
    if (answer.status === 202) done();
    return answer;
  };
  // Another plan has to be looked at before anybody is sure.
  return html`<label class="note">${t("desk_note")}<input type="text" maxlength="200" value=${note} onInput=${(event) => setNote(event.currentTarget.value)} /></label>
    <${Sure} of=${content} label=${t(`desk_${word}`)} sure=${fitting(decision, `desk_${word}_sure`)} main=${word === "approve" && !decision.in_vain} act=${act} />`;
}

/** Return every change of a plan, by whom it is about. */
async function changesOf({ data, page }) {
  const changes = new Map();
  const read = readerOf(data);
  for await (const part of unpacked("rows-changes", page)) for (const row of part.map(read)) changes.set(row.id, row);
  return changes;
}

/** Whom the plan treats otherwise than the one that was looked at first; nothing as long as it is that one. */
function Changed({ data }) {
  const [looked] = useState({ data, page: stored });
  const [others, setOthers] = useState(null);
  const { plan } = data.decision.approve;
  const isSame = plan === looked.data.decision.approve.plan;
  useEffect(() => {
    if (isSame) return;
    Promise.all([looked, { data, page: stored }].map(changesOf)).then(([before, after]) => {
      const differs = ([id, row]) => JSON.stringify(row) !== JSON.stringify((after.has(id) ? before : after).get(id));
      setOthers([...new Map([...before, ...after])].filter(differs).map(([id, row]) => [row, before.get(id), after.get(id)]));
    });
  }, [plan]);
  const kind = (row) => (row ? t(`change_${row.kind}`) : t("desk_unchanged"));
  return !isSame && others && html`<div class="way" role="alert"><h3>${t("desk_differs", { count: others.length })}</h3>
    <${Rows} rows=${others} view=${([row, before, after]) => html`${row.name && html`<span class="person">${clean(row.name)}</span>${" "}`}
      <span class="mono">${clean(row.id)}</span>${" "}${before?.kind === after?.kind ? `${kind(after)}${beside(t("desk_otherwise"))}`
        : html`<${FromTo} from=${kind(before)} to=${kind(after)} />`}`} /></div>`;
}

/** The files of a run, to be taken along. */
function Files({ run }) {
  const names = ["results.csv", "fix.csv"].filter((name) => name in run.reports);
  return names.length > 0 && html`<p>${names.map((name) => html`<a class="go" download=${name} href=${`${pageOf(run.run_id)}/${name}`}>${name}</a> `)}</p>`;
}

function Decide({ data, choices, choose }) {
  const { decision, run } = data;
  const barred = desk && decision.barred.includes(desk.user.toLowerCase());
  const late = run.expires && new Date(run.expires) < new Date();
  return html`
    ${run.expires && html`<p>${t(late ? "decide_late" : "decide_until")} <strong><${Moment} at=${run.expires} /></strong>
      ${!late && html`<span class="soft">${" · "}${t("time_left", { time: duration(new Date(), run.expires) })}</span>`}</p>`}
    ${desk && html`<${Changed} data=${data} />`}
    ${desk && !desk.posts.decide ? html`<${MayNot} />` : html`${barred && html`<p>${t("decide_not_own")}</p>`}<div class="ways">${(barred ? ["cancel"] : decision.ways).map((word) =>
      html`<${Way} word=${word} decision=${decision} choices=${choices} choose=${choose} />`)}</div>`}
    ${!desk && html`<p class="hint">${t("decide_where")} <code translate="no">s3://${clean(decision.bucket)}/${clean(decision.key)}</code></p>`}`;
}

function Holds({ data }) {
  return html`<${Card} title=${t(data.decision?.ways.includes("approve") ? "holds_now" : "holds_then")}>
    <ol class="numbered">${data.holds.map((hold) => html`<li class="stack">
      ${hold[language].map((paragraph, at) => html`<p class=${at ? "soft" : "lead"}>${say({ [language]: paragraph })}</p>`)}</li>`)}</ol>
    ${data.run.approval && html`<p class="hint">${t(data.run.state === "HELD" ? "approved_before" : "approved_by", { who: named(data, data.run.approval.by) })}${" "}
      <${Moment} at=${data.run.approval.at} /></p>`}
    ${data.alone && html`<p class="hint">${say(data.alone)}</p>`}<//>`;
}

/** Whose account would be removed or disabled, before anything else is said of the plan. */
function Losing({ data }) {
  const { count, of, first } = data.losing;
  const what = data.members || !count ? data.losing.what : "departments";
  return html`<${Card} title=${t(`losing_${what}`, { count, of })} tone=${count ? "bad" : ""} id="losing">
    ${count > 0 && html`<ul class="who">${first.map(([id, name]) => html`<li>
      ${name && html`<span class="person">${clean(name)}</span>${" "}`}<span class="mono">${clean(id)}</span></li>`)}</ul>`}
    ${count > first.length && html`<p class="hint">${t("losing_more", { count: count - first.length })}</p>`}<//>`;
}

function Charts({ data }) {
  const { outcomes, places, run } = data;
  // Who is moved may also get another title, and counts in both; by name only the gravest is listed.
  const countOf = (kind) => run.plan?.[CHANGES[kind].count] ?? 0;
  const planned = KINDS.some(countOf);
  const ended = outcomes && Object.values(outcomes).some(Boolean);
  const kinds = KINDS.map((kind) => ({
    label: t(`change_${kind}`) + beside(say(data.also[kind])), tone: CHANGES[kind].tone, count: countOf(kind),
  }));
  const rest = ["invite", "unchanged"].filter((name) => run.plan?.[name]);
  if (!ended && !run.plan) return null;
  return html`<div class="two">
    ${ended && html`<${Card} title=${t("outcomes_title")}>
      <${Shares} label=${t("outcomes_title")} parts=${Object.entries(outcomes).map(([name, count]) =>
        ({ label: t(`outcome_${name}`), tone: OUTCOME_TONES[name], count }))} /><//>`}
    ${run.plan && html`<${Card} title=${t(data.decision || ["PLANNED", "SHOWN"].includes(run.state) ? "kinds_would" : "kinds_planned")}>
      ${planned ? html`<${Shares} label=${t("kinds_title")} parts=${kinds} />` : html`<p>${t("kinds_none")}</p>`}
      ${rest.length > 0 && html`<p class="hint">${rest.map((name) =>
        t(`rest_${name}`, { count: run.plan[name] })).join(" · ")}</p>`}<//>`}</div>
    ${places.length > 1 && html`<${Card} title=${t("places_title")}>
      <${Bars} label=${t("places_title")} rows=${places.map(([id, name, changes]) => ({
        label: clean(name || t("place_number", { id })),
        parts: Object.entries(PLACE_KINDS).map(([kind, tone]) =>
          ({ tone, label: t(`place_${kind}`), count: changes[kind] ?? 0 })),
      }))} /><//>`}`;
}

/** Return who said something, with their name where the plan has it. */
function named(data, by) {
  const name = data.speakers[by.toLowerCase()];
  return name ? `${name}${beside(by)}` : by;
}

/** Rows of one cause: the first ones, and the others when the reader asks. */
function Rows({ rows, view }) {
  const [all, setAll] = useState(false);
  const printing = usePrinting();
  const wide = rows.some((row) => row[4]);
  const shown = all || printing ? rows.slice(0, ON_PAPER) : rows.slice(0, FEW_ROWS);
  return html`<ul class="who ${wide ? "wide" : ""}">${shown.map((row) => html`<li>${view(row)}</li>`)}</ul>
    ${rows.length > shown.length && !all && html`<div><button type="button" class="quiet" onClick=${() => setAll(true)}>
      ${t("rows_more", { count: rows.length - shown.length })}</button></div>`}
    ${all && rows.length > shown.length && html`<p class="hint">${t("rows_beyond", { count: rows.length - shown.length })}</p>`}`;
}

/** Where a row is: its line, or the name of the cell in a workbook. */
function Line({ number }) {
  if (typeof number === "string") return html`<span class="soft">${clean(number)}</span>`;
  return html`<span class="soft">${number ? t("line", { line: String(number) }) : t("line_none")}</span>`;
}

function Failures({ data }) {
  return html`<${Card} title=${t("failures_title")} tone="bad" id="failures">
    ${data.failures.map((cause) => html`<div class="group">
      <div class="group-head"><h3>${say(cause.text)}</h3><span class="soft">${t("rows", { count: cause.rows.length })}</span></div>
      <p class="advice">${say(cause.advice)}</p>
      <${Rows} rows=${cause.rows} view=${([line, id, name]) => html`<${Line} number=${line} /> ${" "}
        ${name && html`<span class="person">${clean(name)}</span>${" "}`}<span class="mono">${clean(id)}</span>`} />
      <p class="hint">${t("wecom_said", { code: String(cause.errcode) })}
        ${cause.rows[0][3] && html`${" · "}<span lang="en">${clean(cause.rows[0][3])}</span>`}</p>
    </div>`)}<//>`;
}

function Problems({ groups, title, tone, id }) {
  return html`<${Card} title=${title} tone=${tone} id=${id}>
    ${groups.map((group) => html`<div class="group">
      <div class="group-head"><h3>${group.text ? say(group.text) : t("problem_column", { column: group.column ?? "-" })}</h3>
        ${group.rows.length > 1 && html`<span class="soft">${t("places_count", { count: group.rows.length })}</span>`}</div>
      ${group.rows.some((row) => row.some(Boolean)) && html`<${Rows} rows=${group.rows}
        view=${([line, row, name, value, text]) => html`<${Line} number=${line} />${" "}
          ${name && html`<span class="person">${clean(name)}</span>${" "}`}${row && html`<span class="mono">${clean(row)}</span>${" "}`}${value && html`<span>「${clean(value)}」</span>${" "}`}
          ${text && html`<span>${say(text)}</span>`}`} />`}
    </div>`)}<//>`;
}

/** Return the columns of a change, and of who moves from where to where apart from them. */
function splitter(place) {
  return (kind, columns) => {
    const move = kind === "moved" ? columns.find(([column]) => column === place) : undefined;
    return { move, columns: columns.filter((each) => each !== move) };
  };
}

/** Return a function that reads rows as `report.py` packs them, each with what became of it. */
function readerOf(data) {
  const { places, columns } = data.changes;
  const failed = new Set(data.failures.flatMap((cause) => cause.rows.map((row) => row[1].toLowerCase())));
  const ended = ["SUCCEEDED", "PARTIAL"].includes(data.run.state);
  const split = splitter(data.place_column);
  const other = ended ? (data.run.unreported ? "unsure" : "applied") : null;
  return ([id, name, kind, where, changed, number]) => ({
    id,
    number: number === id ? "" : number,
    name,
    kind,
    places: where.map((at) => places[at]),
    ...split(kind, changed.map(([at, from, to]) => [columns[at], from, to])),
    outcome: ended && failed.has(id.toLowerCase()) ? "failed" : other,
  });
}

function Differences({ columns }) {
  if (!columns.length) return null;
  const anew = columns.every(([, from]) => from === null || from === "");
  return html`<dl class="differences ${anew ? "new" : ""}">${columns.map(([column, from, to]) =>
    html`<div><dt>${clean(column)}</dt><dd><${FromTo} from=${from} to=${to} /></dd></div>`)}</dl>`;
}

function FromTo({ from, to }) {
  return html`${from !== null && from !== "" && html`<span class="hidden-text">${t("was")} </span><span class="from">${clean(from)}</span>
      <span aria-hidden="true"> → </span><span class="hidden-text">, ${t("becomes")} </span>`}
    <span class="to">${to === null || to === "" ? html`<span class="soft">${t("blank")}</span>` : clean(to)}</span>`;
}

function People({ data }) {
  const { counts, total } = data.changes;
  const all = useRows("changes", useMemo(() => readerOf(data), [data]));
  const [outcome, setOutcome] = useState("");
  const [sorted, setSorted] = useState(null);
  const outcomes = useMemo(() => tally(all.map((row) => row.outcome).filter(Boolean)), [all]);
  const onSort = (name) =>
    setSorted((before) => (before?.name !== name ? { name, down: false } : before.down ? null : { name, down: true }));
  const ended = Object.keys(outcomes).length > 0;
  const headings = [
    { title: t(data.members ? "heading_person" : "heading_department"), name: "name" },
    { title: t("heading_change"), name: "kind" },
    { title: t(data.members ? "heading_departments" : "heading_parent"), name: "places" },
    { title: t("heading_columns") },
    ...(ended ? [{ title: t("heading_outcome"), name: "outcome" }] : []),
  ];
  const cellsOf = (row) => [
    html`<span class="person">${clean(row.name || row.id)}</span>${row.name && html`${" "}<span class="mono">${listed([row.number, row.id].filter(Boolean))}</span>`}`,
    html`<${Chip} tone=${CHANGES[row.kind]?.tone ?? ""}>${CHANGES[row.kind] ? t(`change_${row.kind}`) : clean(row.kind)}<//>`,
    row.move ? html`<${FromTo} from=${row.move[1]} to=${row.move[2]} />` : listed(row.places),
    html`<${Differences} columns=${row.columns} />`,
    ...(ended ? [row.outcome && html`<${Chip} tone=${OUTCOME_TONES[row.outcome]}>${t(`outcome_${row.outcome}`)}<//>`] : []),
  ];
  const tools = Object.keys(outcomes).length > 1 && html`<label>${t("heading_outcome")}<select value=${outcome}
    onChange=${(event) => setOutcome(event.currentTarget.value)}><option value="">${t("every")}</option>
    ${Object.entries(outcomes).map(([name, count]) => html`<option value=${name}>${t(`outcome_${name}`)} (${grouped(count)})</option>`)}
  </select></label>`;
  const title = t(data.members ? "people_title" : "departments_title");
  const present = Object.fromEntries(KINDS.filter((name) => counts[name]).map((name) => [name, counts[name]]));
  return html`<${Card} title=${title} id="changes">
    <${Finder} all=${all} total=${total} counts=${present} wordOf=${(name) => t(`change_${name}`)} textOf=${textOf}
      search=${t(data.members ? "search_people" : "search_departments")} filter=${t("filter_kind")} tools=${tools}
      narrow=${outcome && ((row) => row.outcome === outcome)} arrange=${sorted && ((rows) => inOrder(rows, sorted))}
      order=${JSON.stringify([outcome, sorted])} headings=${headings} cellsOf=${cellsOf} sorted=${sorted} onSort=${onSort} label=${title}
      kind=${ended ? "people with-outcome" : "people"} estimate=${(row) => 17 + Math.max(1, row.columns.length) * 25} /><//>`;
}

function tally(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Return everything in a row that a search may find. */
function textOf(row) {
  return [row.id, row.number, row.name, ...row.places, ...[...row.columns, row.move ?? []].flatMap(([, from, to]) => [from, to])];
}

function inOrder(rows, { name, down }) {
  const collator = new Intl.Collator(language, { numeric: true });
  const keys = {
    name: (row) => row.name || row.id,
    kind: (row) => String(KINDS.indexOf(row.kind)),
    places: (row) => (row.move ? row.move.slice(1).join() : row.places.join()),
    outcome: (row) => row.outcome ?? "",
  };
  const compare = ([one], [other]) => collator.compare(one, other);
  return rows
    .map((row) => [keys[name](row), row])
    .sort(down ? (one, other) => compare(other, one) : compare)
    .map(([, row]) => row);
}

function Timeline({ data }) {
  return html`<${Card} title=${t("timeline_title")}>
    <ol class="timeline">${data.timeline.map((step) => html`<li class=${step.retry ? "warn" : STATE_TONES[step.state] ?? ""}>
      <div class="step-head"><strong>${say(data.states[step.state])}</strong><${Moment} at=${step.at} seconds=${true} />
        ${step.by && html`<span class="soft">${t("by", { who: named(data, step.by) })}</span>`}</div>
      ${step.why && html`<p class="soft">${say(step.why)}</p>`}
      ${step.note && html`<p>${t("noted", { note: step.note })}</p>`}
      ${step.retry && html`<p class="soft">${t("tried", { count: step.retry.count })}
        <code>${clean(step.retry.call)}</code>. ${!data.run.finished && html`${t("tried_next")} <${Moment} at=${step.retry.next} />,
        ${t("tried_until")} <${Moment} at=${step.retry.deadline} />.`}</p>`}</li>`)}</ol><//>`;
}

function Facts({ data }) {
  const { run } = data;
  const facts = [
    ["fact_run", html`<code>${clean(run.run_id)}</code>`],
    ["fact_file", clean(run.file)],
    ["fact_principal", run.principal && clean(named(data, run.principal))],
    ["fact_created", html`<${Moment} at=${run.created} seconds=${true} />`],
    ["fact_finished", run.finished && html`<${Moment} at=${run.finished} seconds=${true} />`],
    ["fact_encoding", run.encoding],
    ["fact_job_id", run.job_id && html`<code>${clean(run.job_id)}</code>`],
    ["fact_steps", run.steps.length > 0 && listed(run.steps.map(step =>
      `${t(`job_${step.job}`)} ${step.rows} · ${say(data.states[step.state])}`))],
    ["fact_rollback", run.rollback_of && html`<code>${clean(run.rollback_of)}</code>`],
    ["fact_due", run.due_of && run.due_of !== "leavers" && html`<code>${clean(run.due_of)}</code>`],
    ["fact_leaving", say(data.leaving)],
    ["fact_digest", run.plan_digest && html`<code>${clean(run.plan_digest)}</code>`],
    ["fact_reports", Object.keys(run.reports).length > 0 && listed(Object.keys(run.reports))],
  ];
  return html`<${Card} title=${t("facts_title")}><dl class="facts-list">
    ${facts.filter(([, value]) => value).map(([name, value]) => html`<dt>${t(name)}</dt><dd>${value}</dd>`)}</dl><//>`;
}

/** Links, with the answers that the reader gives. */
function Answers({ data, choices, choose }) {
  const { links, decision } = data;
  const may = !desk || desk.posts.accounts;
  return html`<${Links} ...${links} title=${t("links_title")} hint=${t("links_hint")} ...${may && { choices, choose }}>
    ${may && html`<${Statement} stated=${links.stated} choices=${choices} choose=${choose}
      alone=${!decision || decision.second_person} />`}<//>`;
}

function Report({ data }) {
  const [choices, choose] = useChoices();
  const holds = data.holds.length > 0 && html`<${Holds} data=${data} />`;
  const links = data.links && html`<${Answers} data=${data} choices=${choices} choose=${choose} />`;
  return html`<${Hero} data=${data} />
    ${data.decision && holds}
    ${data.losing && html`<${Losing} data=${data} />`}
    ${data.decision && links}
    <${Steps} data=${data} choices=${choices} choose=${choose} />
    ${data.failures.length > 0 && html`<${Failures} data=${data} />`}
    ${!data.decision && holds}
    ${data.problems.length > 0 && html`<${Problems} groups=${data.problems} title=${t("problems_title")} tone="bad" id="problems" />`}
    ${!data.decision && links}
    <${Charts} data=${data} />
    ${data.warnings.length > 0 && html`<${Problems} groups=${data.warnings} title=${t("warnings_title")} tone="warn" id="warnings" />`}
    ${data.changes?.total > 0 && html`<${People} data=${data} />`}
    <div class="two"><${Timeline} data=${data} /><${Facts} data=${data} /></div>`;
}

mount(Report);
