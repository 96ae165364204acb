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
const OUTCOME_TONES = { applied: "good", failed: "bad", unreported: "warn", not_applied: "calm", unsure: "warn" };
const STATE_TONES = {
  REJECTED: "bad", HELD: "warn", PARTIAL: "warn", FAILED: "bad", SUCCEEDED: "good", UNCHANGED: "good", PLANNED: "good",
  SUBMITTED: "info", SUBMITTING: "info", QUEUED: "info", RECEIVED: "info",
};
const FEW_ROWS = 12; // rows of one cause that are listed before the reader asks for more

function Hero({ data }) {
  const { run } = data;
  return html`<div class="hero">
    <div><${Chip} tone=${data.tone}>${say(data.state)}<//></div>
    <h1>${say(data.headline)}</h1>
    ${data.reason && html`<p class="lead">${say(data.reason)}</p>`}
    <p class="facts">
      <span>${clean(run.key.split("/").pop())}</span>
      ${run.job && html`<span>${t(`job_${run.job}`)}</span>`}
      ${run.rows !== null && html`<span>${t("fact_rows", { count: run.rows })}</span>`}
      <span>${t(run.finished ? "fact_finished" : "fact_created")} <${Moment} at=${run.finished ?? run.created} /></span>
      ${run.finished && html`<span>${t("fact_took")} <${Duration} from=${run.created} to=${run.finished} /></span>`}
    </p></div>`;
}

function Steps({ data }) {
  return html`<${Card} title=${t("now_title")} tone=${data.tone === "calm" ? "" : data.tone} id="now">
    ${data.steps.map((step) => html`<div class="stack"><p>${say(step.text)}</p>
      ${step.command && html`<${Command} text=${step.command} />`}</div>`)}
    ${data.decision && html`<${Decide} data=${data} />`}<//>`;
}

function Decide({ data }) {
  const { decision, run } = data;
  const file = decision.key.split("/").pop();
  const late = run.expires && new Date(run.expires) < new Date();
  return html`
    ${run.expires && html`<p>${t(late ? "decide_late" : "decide_until")} <strong><${Moment} at=${run.expires} /></strong>
      ${!late && html` <span class="soft">(<${Duration} from=${new Date()} to=${run.expires} />)</span>`}</p>`}
    <div class="ways">${["approve", "cancel"].map((word) => html`<div class="way">
      <h3>${t(`decide_${word}`)}</h3>
      <p class="hint">${t(`decide_${word}_means`)}</p>
      <${Command} text=${decision.commands[word]} />
      <p class="hint">${t("decide_or_drop")}</p>
      <div><button type="button" class=${word === "approve" ? "main" : "quiet"}
        onClick=${() => save(file, JSON.stringify(decision[word]), "application/json")}>${t(`save_${word}`)}</button></div>
    </div>`)}</div>
    <p class="hint">${t("decide_where")} <code translate="no">s3://${clean(decision.bucket)}/${clean(decision.key)}</code></p>`;
}

function Holds({ data }) {
  const why = [...(data.again ? [data.again] : []), ...data.holds];
  return html`<${Card} title=${t(data.decision ? "holds_now" : "holds_then")}>
    <ol class="numbered">${why.map((hold) => html`<li>${say(hold)}</li>`)}</ol>
    ${data.run.approval && html`<p class="hint">${t("approved_by")} ${clean(data.run.approval.by)},
      <${Moment} at=${data.run.approval.at} /></p>`}<//>`;
}

function Charts({ data }) {
  const { outcomes, places, run } = data;
  const planned = Object.values(CHANGES).some(({ count }) => run.plan?.[count]);
  const ended = outcomes && Object.values(outcomes).some(Boolean);
  const kinds = KINDS.map((kind) => ({
    label: t(`change_${kind}`), tone: CHANGES[kind].tone, count: run.plan?.[CHANGES[kind].count] ?? 0,
  }));
  const rest = ["invite", "unchanged"].filter((name) => run.plan?.[name]);
  return html`<div class="two">
    ${ended && html`<${Card} title=${t("outcomes_title")}>
      <${Shares} label=${t("outcomes_title")} parts=${Object.entries(outcomes).map(([name, count]) =>
        ({ label: t(`outcome_${name}`), tone: OUTCOME_TONES[name], count }))} /><//>`}
    ${run.plan && html`<${Card} title=${t(data.decision || run.state === "PLANNED" ? "kinds_would" : "kinds_planned")}>
      ${planned ? html`<${Shares} label=${t("kinds_title")} parts=${kinds} />` : html`<p>${t("kinds_none")}</p>`}
      ${rest.length > 0 && html`<p class="hint">${rest.map((name) =>
        t(`rest_${name}`, { count: run.plan[name] })).join(" · ")}</p>`}<//>`}
    ${places.length > 1 && html`<${Card} title=${t("places_title")}>
      <${Bars} label=${t("places_title")} rows=${places.map(([id, name, counts]) => ({
        label: clean(name || t("place_number", { id })),
        parts: Object.entries(PLACE_KINDS).map(([kind, tone]) =>
          ({ tone, label: t(`place_${kind}`), count: counts[kind] ?? 0 })),
      }))} /><//>`}</div>`;
}

/** Rows of one cause: the first ones, and the others when the reader asks. */
function Rows({ rows, view }) {
  const [all, setAll] = useState(false);
  const printing = usePrinting();
  const wide = rows.some((row) => row[3] && typeof row[3] === "object");
  const shown = all || printing ? rows.slice(0, ON_PAPER) : rows.slice(0, FEW_ROWS);
  return html`<ul class="who ${wide ? "wide" : ""}">${shown.map((row) => html`<li>${view(row)}</li>`)}</ul>
    ${rows.length > shown.length && !all && html`<div><button type="button" class="quiet" onClick=${() => setAll(true)}>
      ${t("rows_more", { count: rows.length - shown.length })}</button></div>`}
    ${all && rows.length > shown.length && html`<p class="hint">${t("rows_beyond", { count: rows.length - shown.length })}</p>`}`;
}

function Line({ number }) {
  return html`<span class="soft">${number ? t("line", { line: String(number) }) : t("line_none")}</span>`;
}

function Failures({ data }) {
  return html`<${Card} title=${t("failures_title")} tone="bad" id="failures">
    ${data.failures.map((cause) => html`<div class="group">
      <div class="group-head"><h3>${say(cause.text)}</h3><span class="soft">${t("rows", { count: cause.rows.length })}</span></div>
      <p class="advice">${say(cause.advice)}</p>
      <${Rows} rows=${cause.rows} view=${([line, id, name]) => html`<${Line} number=${line} /> ${" "}
        ${name && html`<span class="person">${clean(name)}</span>${" "}`}<span class="mono">${clean(id)}</span>`} />
      <p class="hint">${t("wecom_said", { code: String(cause.errcode), words: cause.rows[0][3] || "-" })}</p>
    </div>`)}<//>`;
}

function Problems({ groups, title, tone, id }) {
  return html`<${Card} title=${title} tone=${tone} id=${id}>
    ${groups.map((group) => html`<div class="group">
      <div class="group-head"><h3>${group.text ? say(group.text) : t("problem_column", { column: group.column ?? "-" })}</h3>
        ${group.rows.length > 1 && html`<span class="soft">${t("places_count", { count: group.rows.length })}</span>`}</div>
      ${group.rows.some(([line, row, value, text]) => line || row || value || text) && html`<${Rows} rows=${group.rows}
        view=${([line, row, value, text]) => html`<${Line} number=${line} />${" "}
          ${row && html`<span class="mono">${clean(row)}</span>${" "}`}${value && html`<span>「${clean(value)}」</span>${" "}`}
          ${text && html`<span>${say(text)}</span>`}`} />`}
    </div>`)}<//>`;
}

/** Return what became of a change, null while nobody knows. */
function outcomeOf(change, data, failed) {
  if (failed.has(change.id.toLowerCase())) return "failed";
  if (["SUCCEEDED", "PARTIAL"].includes(data.run.state)) return data.run.unreported ? "unsure" : "applied";
  return null;
}

function Differences({ columns }) {
  const found = Object.entries(columns ?? {});
  if (!found.length) return null;
  return html`<dl class="differences">${found.map(([column, [from, to]]) => html`<div><dt>${clean(column)}</dt><dd>
    ${from !== null && from !== "" && html`<span class="hidden-text">${t("was")} </span><span class="from">${clean(from)}</span>
      <span aria-hidden="true"> → </span><span class="hidden-text">, ${t("becomes")} </span>`}
    <span class="to">${to === null || to === "" ? html`<span class="soft">${t("blank")}</span>` : clean(to)}</span></dd></div>`)}</dl>`;
}

function People({ data }) {
  const [words, setWords] = useState("");
  const [kind, setKind] = useState("");
  const [outcome, setOutcome] = useState("");
  const [sorted, setSorted] = useState(null);
  const failed = useMemo(() => new Set(data.failures.flatMap((cause) => cause.rows.map((row) => row[1].toLowerCase()))), [data]);
  const all = useMemo(() => {
    const rank = Object.fromEntries(KINDS.map((name, at) => [name, at]));
    return data.changes
      .map((change) => ({ change, rank: rank[change.change] ?? KINDS.length, outcome: outcomeOf(change, data, failed) }))
      .sort((one, other) => one.rank - other.rank);
  }, [data]);
  const counts = useMemo(() => tally(all.map((row) => row.change.change)), [all]);
  const outcomes = useMemo(() => tally(all.map((row) => row.outcome).filter(Boolean)), [all]);
  const rows = useMemo(() => {
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    const fit = (row) =>
      (!kind || row.change.change === kind) && (!outcome || row.outcome === outcome) &&
      parts.every((part) => hay(row).includes(part));
    const found = parts.length || kind || outcome ? all.filter(fit) : all;
    return sorted ? inOrder(found, sorted) : found;
  }, [all, words, kind, outcome, sorted]);
  const onSort = (name) => setSorted((before) => (before?.name !== name ? { name, down: false } : before.down ? null : { name, down: true }));
  const headings = [
    { title: t(data.members ? "heading_person" : "heading_department"), name: "name" },
    { title: t("heading_change"), name: "rank" },
    { title: t(data.members ? "heading_departments" : "heading_parent"), name: "departments" },
    { title: t("heading_columns") },
    ...(Object.keys(outcomes).length ? [{ title: t("heading_outcome"), name: "outcome" }] : []),
  ];
  const cellsOf = ({ change, outcome: became }) => [
    html`<span class="person">${clean(change.name || change.id)}</span>${change.name && html`<span class="mono">${clean(change.id)}</span>`}`,
    html`<${Chip} tone=${CHANGES[change.change]?.tone ?? ""}>${CHANGES[change.change] ? t(`change_${change.change}`) : clean(change.change)}<//>`,
    clean((change.departments ?? []).join(language === "en" ? ", " : "、")),
    html`<${Differences} columns=${change.columns} />`,
    ...(Object.keys(outcomes).length ? [became && html`<${Chip} tone=${OUTCOME_TONES[became]}>${t(`outcome_${became}`)}<//>`] : []),
  ];
  const filtered = words || kind || outcome;
  return html`<${Card} title=${t(data.members ? "people_title" : "departments_title")} id="changes">
    <div class="tools">
      <label class="grow">${t(data.members ? "search_people" : "search_departments")}<input type="search" value=${words} autocomplete="off" spellcheck=${false}
        onInput=${(event) => setWords(event.currentTarget.value)} /></label>
      ${Object.keys(outcomes).length > 1 && html`<label>${t("heading_outcome")}<select value=${outcome}
        onChange=${(event) => setOutcome(event.currentTarget.value)}><option value="">${t("every")}</option>
        ${Object.entries(outcomes).map(([name, count]) => html`<option value=${name}>${t(`outcome_${name}`)} (${grouped(count)})</option>`)}
      </select></label>`}</div>
    <div class="kinds" role="group" aria-label=${t("filter_kind")}>
      <button type="button" class="chip-button" aria-pressed=${String(!kind)} onClick=${() => setKind("")}>${t("every")}
        <span class="legend-count">${grouped(all.length)}</span></button>
      ${KINDS.filter((name) => counts[name]).map((name) => html`<button type="button" class="chip-button"
        aria-pressed=${String(kind === name)} onClick=${() => setKind(kind === name ? "" : name)}>${t(`change_${name}`)}
        <span class="legend-count">${grouped(counts[name])}</span></button>`)}</div>
    <p class=${filtered ? "hint" : "hidden-text"} role="status">${t("found", { count: rows.length, total: all.length })}</p>
    ${rows.length ? html`<${LongTable} rows=${rows} headings=${headings} cellsOf=${cellsOf} sorted=${sorted} onSort=${onSort}
      kind=${headings.length > 4 ? "people with-outcome" : "people"} label=${t(data.members ? "people_title" : "departments_title")}
      estimate=${({ change }) => 23 + Math.max(2, Object.keys(change.columns ?? {}).length) * 25} />`
    : html`<p class="nothing">${t("found_nothing")}</p>`}<//>`;
}

function tally(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Return everything in a row that a search may find, in lower case. */
function hay(row) {
  if (row.hay === undefined) {
    const { id, name, departments, columns } = row.change;
    row.hay = [id, name, ...(departments ?? []), ...Object.values(columns ?? {}).flat()].join("\n").toLowerCase();
  }
  return row.hay;
}

function inOrder(rows, { name, down }) {
  const collator = new Intl.Collator(language, { numeric: true });
  const keys = {
    name: (row) => row.change.name || row.change.id,
    departments: (row) => (row.change.departments ?? []).join(),
    outcome: (row) => row.outcome ?? "",
  };
  const keyed = rows.map((row) => [keys[name] ? keys[name](row) : row.rank, row]);
  const compare = keys[name] ? ([one], [other]) => collator.compare(one, other) : ([one], [other]) => one - other;
  keyed.sort(down ? (one, other) => compare(other, one) : compare);
  return keyed.map(([, row]) => row);
}

function Timeline({ data }) {
  return html`<${Card} title=${t("timeline_title")}>
    <ol class="timeline">${data.timeline.map((step) => html`<li class=${step.retry ? "warn" : STATE_TONES[step.state] ?? ""}>
      <div class="step-head"><strong>${say(data.states[step.state])}</strong><${Moment} at=${step.at} seconds=${true} />
        ${step.by && html`<span class="soft">${t("by", { who: step.by })}</span>`}</div>
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
    ["fact_file", clean(run.key)],
    ["fact_principal", run.principal && clean(run.principal)],
    ["fact_created", html`<${Moment} at=${run.created} seconds=${true} />`],
    ["fact_finished", run.finished && html`<${Moment} at=${run.finished} seconds=${true} />`],
    ["fact_encoding", run.encoding],
    ["fact_job_id", run.job_id && html`<code>${clean(run.job_id)}</code>`],
    ["fact_rollback", run.rollback_of && html`<code>${clean(run.rollback_of)}</code>`],
    ["fact_digest", run.plan_digest && html`<code>${clean(run.plan_digest)}</code>`],
    ["fact_reports", Object.keys(run.reports).length > 0 && Object.keys(run.reports).map(clean).join(language === "en" ? ", " : "、")],
  ];
  return html`<${Card} title=${t("facts_title")}><dl class="facts-list">
    ${facts.filter(([, value]) => value).map(([name, value]) => html`<dt>${t(name)}</dt><dd>${value}</dd>`)}</dl><//>`;
}

function Report({ data }) {
  return html`<${Hero} data=${data} />
    <${Steps} data=${data} />
    ${(data.holds.length > 0 || data.again) && html`<${Holds} data=${data} />`}
    ${data.problems.length > 0 && html`<${Problems} groups=${data.problems} title=${t("problems_title")} tone="bad" id="problems" />`}
    <${Charts} data=${data} />
    ${data.failures.length > 0 && html`<${Failures} data=${data} />`}
    ${data.warnings.length > 0 && html`<${Problems} groups=${data.warnings} title=${t("warnings_title")} tone="warn" id="warnings" />`}
    ${data.changes?.length > 0 && html`<${People} data=${data} />`}
    <div class="two"><${Timeline} data=${data} /><${Facts} data=${data} /></div>`;
}

mount(Report);
