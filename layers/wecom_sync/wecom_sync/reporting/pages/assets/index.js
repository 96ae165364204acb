// One corp: what needs a person, a year at a glance, the newest runs, and what is in force.

const FEW_RUNS = 15;
const MINUTE = 60000;
const DAY = 86400000;
const WEEKS = 53;
const STEP = 18; // pixels from one day of the calendar to the next
const TONES = {
  SUCCEEDED: "good", UNCHANGED: "good", HELD: "warn", PARTIAL: "warn", FAILED: "bad", REJECTED: "bad",
  PLANNED: "calm", SUPERSEDED: "calm", CANCELLED: "calm",
};
// What a day of the calendar shows besides its colour: a line within 14 by 14 pixels.
const MARKS = {
  FAILED: "M4.2 4.2l5.6 5.6m0-5.6l-5.6 5.6", REJECTED: "M3.8 7h6.4", PARTIAL: "M7 3.2v4.4m0 2.8v.2",
  HELD: "M5.3 4.3v5.4m3.4-5.4v5.4", CANCELLED: "M4.3 9.7l5.4-5.4", UNCHANGED: "M6.6 7h.8", SUPERSEDED: "M5.4 4l3.2 3l-3.2 3",
};
const ENDS = ["SUCCEEDED", "UNCHANGED", "PARTIAL", "HELD", "REJECTED", "FAILED", "CANCELLED", "SUPERSEDED"];
const LOOK = ["FAILED", "REJECTED", "PARTIAL", "HELD"];

const toneOf = (state) => TONES[state] ?? "info";
const jobWord = (job) => t(`job_${job ?? "none"}`);

/** How far away a moment is, in words. */
function ago(at, now) {
  const moment = new Date(at).getTime();
  const span = Math.abs(moment - now);
  // From a minute on nobody counts seconds.
  const time = duration(0, span < MINUTE ? span : span - (span % MINUTE));
  return t(moment > now ? "time_left" : "time_ago", { time });
}

function When({ at, now }) {
  return html`<${Moment} at=${at} /><span class="soft">${beside(ago(at, now))}</span>`;
}

function State({ run, states }) {
  return html`<${Chip} tone=${toneOf(run.state)}>${say(states[run.state])}<//>`;
}

function Fact({ label, children }) {
  return html`<div><dt>${label}</dt><dd>${children}</dd></div>`;
}

/** One run that needs a person: what, why, and what to do. */
function Need({ run, data, now }) {
  return html`<li class="need">
    <div class="need-head"><h3>${clean(run.file)}</h3><${State} run=${run} states=${data.states} />
      <span class="soft">${jobWord(run.job)}</span></div>
    ${run.reasons.map((reason) => html`<p>${say(reason)}</p>`)}
    <dl class="need-facts">
      ${run.plan && html`<${Fact} label=${t("attention_plan")}>${say(run.plan)}
        ${run.twice && html` <span class="small">${t("attention_twice")}</span>`}<//>`}
      ${run.failed > 0 && html`<${Fact} label=${t("attention_rows")}>${t("attention_rows_failed", { failed: run.failed, rows: run.rows ?? 0 })}<//>`}
      ${run.since && html`<${Fact} label=${t("attention_since")}><${When} at=${run.since} now=${now} /><//>`}
      ${run.expires && html`<${Fact} label=${t("attention_until")}><${When} at=${run.expires} now=${now} /><//>`}
    </dl>
    <div class="need-do"><p>${t(`do_${LOOK.includes(run.state) ? run.state : "other"}`)}</p>${!desk && html`<${Command} text=${run.command} />`}
      <a class="go" href=${pageOf(run.run_id)}>${t("open_report")}<span class="hidden-text"> ${clean(run.file)}</span></a></div></li>`;
}

function utc(day, style) {
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...style }).format(day);
}

/** A square of the calendar, also in its legend. */
function Square({ state }) {
  return html`<rect width="14" height="14" rx="3.5" />${MARKS[state] && html`<path d=${MARKS[state]} />`}`;
}

/** Return the days of the calendar: its weeks begin on Monday, and today is in the last one. */
function daysUntil(today) {
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY;
  const first = monday - (WEEKS - 1) * 7 * DAY;
  return Array.from({ length: (today - first) / DAY + 1 }, (_, at) => new Date(first + at * DAY));
}

function Calendar({ days, nights, states, label }) {
  const frame = useRef(null);
  useLayoutEffect(() => {
    frame.current.scrollLeft = frame.current.scrollWidth;
  }, []);
  const months = days.filter((day, at) => at % 7 === 0 && day.getUTCDate() <= 7);
  const left = 34;
  const column = (day) => left + Math.floor((day - days[0]) / DAY / 7) * STEP;
  return html`<div class="year" ref=${frame} tabindex="0" role="group" aria-label=${t("year")}>
    <svg role="img" aria-label=${label} width=${left + WEEKS * STEP} height=${20 + 7 * STEP} viewBox=${`0 0 ${left + WEEKS * STEP} ${20 + 7 * STEP}`}>
      ${months.map((day) => html`<text x=${column(day)} y="11">${utc(day, { month: "short" })}</text>`)}
      ${[0, 2, 4].map((at) => html`<text x="0" y=${31 + at * STEP}>${utc(days[at], { weekday: "short" })}</text>`)}
      ${days.map((day, at) => {
        const state = nights[day.toISOString().slice(0, 10)];
        const word = state ? say(states[state]) : t("year_none");
        return html`<g class=${`day ${state ?? "none"}`} transform=${`translate(${column(day)} ${20 + (at % 7) * STEP})`}>
          <title>${utc(day, { dateStyle: "full" })}: ${word}</title><${Square} state=${state} /></g>`;
      })}</svg></div>`;
}

/** The calendar once more, in numbers: for whoever does not see it. */
function Months({ days, nights, states, present }) {
  const months = new Map();
  for (const day of days) {
    const name = day.toISOString();
    const state = nights[name.slice(0, 10)];
    if (!state) continue;
    const counts = months.get(name.slice(0, 7)) ?? { day };
    counts[state] = (counts[state] ?? 0) + 1;
    months.set(name.slice(0, 7), counts);
  }
  const bad = days.filter((day) => LOOK.includes(nights[day.toISOString().slice(0, 10)])).reverse();
  return html`<div class="wide-frame" tabindex="0" role="group" aria-label=${t("year_table")}><table class="plain-table">
      <thead><tr><th scope="col">${t("year_month")}</th>${present.map((state) => html`<th scope="col" class="number">${say(states[state])}</th>`)}</tr></thead>
      <tbody>${[...months.values()].reverse().map((counts) => html`<tr><th scope="row">${utc(counts.day, { year: "numeric", month: "long" })}</th>
        ${present.map((state) => html`<td class=${`number ${counts[state] ? "" : "soft"}`}>${grouped(counts[state] ?? 0)}</td>`)}</tr>`)}</tbody></table></div>
    ${bad.length > 0 && html`<h3>${t("year_look")}</h3><ul class="who">${bad.map((day) =>
      html`<li>${utc(day, { dateStyle: "medium" })}: ${say(states[nights[day.toISOString().slice(0, 10)]])}</li>`)}</ul>`}`;
}

function Year({ data, now }) {
  const { nights, states } = data;
  const days = daysUntil(Math.floor(now / DAY) * DAY);
  const counts = {};
  for (const day of days) {
    const state = nights[day.toISOString().slice(0, 10)];
    if (state) counts[state] = (counts[state] ?? 0) + 1;
  }
  const present = ENDS.filter((state) => counts[state]);
  if (!present.length) return html`<${Card} title=${t("year")}><p class="soft">${t("year_empty")}</p><//>`;
  const legend = present.map((state) => [state, say(states[state]), counts[state]]);
  const label = `${t("year_hint")} ${legend.map(([, word, count]) => `${word}: ${t("year_days", { count })}`).join(", ")}`;
  return html`<${Card} title=${t("year")}>
    <${Calendar} days=${days} nights=${nights} states=${states} label=${label} />
    <ul class="legend" aria-label=${t("year")}>${legend.map(([state, word, count]) => html`<li>
      <svg class=${`day ${state}`} width="14" height="14" aria-hidden="true"><${Square} state=${state} /></svg>
      <span class="legend-count">${grouped(count)}</span> ${word}</li>`)}</ul>
    <p class="hint">${t("year_hint")}</p>
    <details><summary>${t("year_table")}</summary><div class="stack"><${Months} days=${days} nights=${nights} states=${states} present=${present} /></div></details><//>`;
}

function RunCounts({ run }) {
  const parts = [[run.succeeded, "runs_applied"], [run.failed, "runs_failed"], [run.unreported, "runs_unreported"]];
  const told = parts.filter(([count]) => count > 0).map(([count, code]) => t(code, { count }));
  const rows = run.rows === null ? [] : [t("runs_rows", { rows: run.rows })];
  return html`${(told.length ? told : rows).join(" · ")}${run.plan && html` <span class="small">${say(run.plan)}</span>`}`;
}

function runCells(run, states) {
  return [
    html`<span class="person">${clean(run.file)}</span> <span class="mono">${clean(run.run_id)}</span>`,
    html`<${State} run=${run} states=${states} />${run.only_planned && run.state !== "PLANNED" && html` <span class="small">${t("runs_plan_only")}</span>`}
      ${LOOK.includes(run.state) && run.reasons.length > 0 && html` <span class="small short">${say(run.reasons[0])}</span>`}`,
    html`<${RunCounts} run=${run} />`,
    html`<${Moment} at=${run.created} />${run.finished && html` <span class="small">${t("runs_took")} ${duration(run.created, run.finished)}</span>`}`,
    html`<a href=${pageOf(run.run_id)}>${t("runs_report")}<span class="hidden-text"> ${clean(run.file)}, ${clean(run.run_id)}</span></a>`,
  ];
}

function Runs({ data }) {
  const [all, setAll] = useState(false);
  const { runs, states } = data;
  if (!runs.length) return html`<${Card} title=${t("runs")}><p class="soft">${t("runs_empty")}</p><//>`;
  const headings = ["runs_file", "runs_state", "runs_counts", "runs_when", "runs_report"].map((code) => ({ title: t(code) }));
  const shownRuns = useMemo(() => (all ? runs : runs.slice(0, FEW_RUNS)), [all, runs]);
  return html`<${Card} title=${t("runs")}>
    <${LongTable} rows=${shownRuns} label=${t("runs")} headings=${headings} cellsOf=${(run) => runCells(run, states)} estimate=${() => 64} kind="runs" />
    ${!all && runs.length > FEW_RUNS && html`<div><button type="button" class="quiet" onClick=${() => setAll(true)}>${t("runs_all", { count: runs.length })}</button></div>`}
    ${!desk && html`<p class="hint">${t("runs_link_hint")}</p><${Command} text=${data.look} />`}<//>`;
}

function Success({ data, now }) {
  return html`<${Card} title=${t("success")}><dl class="facts-list">${data.success.map((each) => html`
    <dt>${jobWord(each.job)}</dt>
    <dd>${each.finished ? html`${ago(each.finished, now)} <span class="small"><${Moment} at=${each.finished} /> · <a
      href=${pageOf(each.run_id)}>${t("runs_report")}<span class="hidden-text"> ${each.job}</span></a></span>` : t("success_never")}</dd>`)}</dl>
    ${!data.success.length && html`<p class="soft">${t("success_never")}</p>`}
    ${data.accounts && html`<p><a class="go" href=${desk ? `${desk.base}/accounts` : data.accounts}>${t("open_accounts")}</a></p>`}
    ${data.silent_from && new Date(data.silent_from).getTime() <= now && html`<p>${t("silent")}</p>`}<//>`;
}

function Drift({ drift, now }) {
  if (!drift) return html`<${Card} title=${t("drift")}><p class="soft">${t("drift_unknown")}</p><//>`;
  const found = ["added", "removed", "moved"].filter((kind) => drift[kind] > 0);
  return html`<${Card} title=${t("drift")} tone=${found.length ? "warn" : ""}>
    ${found.length ? html`<dl class="facts-list">${found.map((kind) => html`<dt>${t(`drift_${kind}`)}</dt><dd>${grouped(drift[kind])}</dd>`)}</dl>`
      : html`<p>${t("drift_none")}</p>`}
    ${found.length > 0 && drift.report && !desk && html`<p><a href=${drift.report}>${t("drift_list")}</a></p>`}
    <p class="hint">${t("drift_seen")} <${When} at=${drift.at} now=${now} /></p><//>`;
}

function Settings({ data }) {
  const all = html`<p class="hint">${data.since ? html`${t("settings_since")} <${Moment} at=${data.since} />` : t("settings_defaults")}</p>
    <div class="wide-frame" tabindex="0" role="group" aria-label=${t("settings")}><table class="plain-table settings">
      <thead><tr>${["settings_name", "settings_value", "settings_default"].map((code) => html`<th scope="col">${t(code)}</th>`)}</tr></thead>
      <tbody>${data.settings.map((each) => html`<tr class=${each.changed ? "changed" : ""}><th scope="row"><code translate="no">${clean(each.name)}</code></th>
        <td><code translate="no">${clean(each.value)}</code>
          ${each.weaker ? html` <${Chip} tone="warn">${t("settings_weaker")}<//>` : each.changed && html` <${Chip} tone="info">${t("settings_changed")}<//>`}</td>
        <td class="soft"><code translate="no">${clean(each.default)}</code></td></tr>`)}</tbody></table></div>`;
  // At the desk few people know what they are.
  return html`<${Card} title=${t("settings")}>${desk ? html`<details><summary>${t("settings_all", { count: data.settings.length })}</summary><div class="stack">${all}</div></details>` : all}<//>`;
}

function CorpPage({ data }) {
  const now = Math.max(Date.now(), new Date(data.now).getTime());
  const waiting = data.attention.length > 0;
  return html`
    <div class="hero"><h1>${say(data.headline)}</h1><div class="facts">
      <span>${clean(data.corp)}</span>
      ${data.going_on > 0 && html`<span>${t("index_going_on", { count: data.going_on })}</span>`}
      <span>${t("index_as_of")} <${Moment} at=${data.now} /></span></div></div>
    ${waiting && html`<${Card} title=${t("attention")} tone="warn"><ul class="needs">
      ${data.attention.map((run) => html`<${Need} key=${run.run_id} run=${run} data=${data} now=${now} />`)}</ul><//>`}
    ${desk?.posts.files && html`<${Bring} runs=${data.runs} />`}
    ${!data.heard && html`<${Card} title=${t("unheard")} tone="warn"><p>${t("unheard_hint")}</p><//>`}
    ${data.undecided && html`<${Card} title=${say(data.undecided[0])} tone="warn"><p>${say(data.undecided[1])}</p><//>`}
    ${data.unreached.length > 0 && html`<${Card} title=${t("unreached", { users: listed(data.unreached) })} tone="warn"><p>${t("unreached_hint")}</p><//>`}
    ${!data.alarms_heard && html`<${Card} title=${t("alarms_unheard")} tone="warn"><p>${t("alarms_unheard_hint")}</p><//>`}
    <${Year} data=${data} now=${now} />
    <div class="two"><${Success} data=${data} now=${now} /><${Drift} drift=${data.drift} now=${now} /></div>
    <${Runs} data=${data} />
    <${Settings} data=${data} />`;
}

mount(CorpPage);
