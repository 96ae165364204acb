// One corp: what needs a person, the newest runs, and what is in force.

const FEW_RUNS = 15;
const MINUTE = 60000;
const TONES = {
  SUCCEEDED: "good", UNCHANGED: "good", SHOWN: "warn", HELD: "warn", PARTIAL: "warn", FAILED: "bad", REJECTED: "bad",
  PLANNED: "calm", SUPERSEDED: "calm", CANCELLED: "calm",
};
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

/** When a leaver's account goes, or what it waits for. */
function Until({ leaver, now }) {
  if (!leaver.until) return t(leaver.why);
  if (new Date(`${leaver.until}T00:00`).getTime() > now) return leaver.until;
  return t(leaver.awaits_file ? "leavers_waits" : "leavers_late");
}

function Leavers({ data, now }) {
  return html`<${Card} title=${t("leavers")}><p>${t("leavers_hint")}</p>
    <div class="wide-frame" tabindex="0" role="group" aria-label=${t("leavers")}><table class="plain-table">
      <thead><tr>${["leavers_name", "leavers_account", "leavers_since", "leavers_until"].map((code) => html`<th scope="col">${t(code)}</th>`)}</tr></thead>
      <tbody>${data.leavers.map((each) => html`<tr><td>${clean(each.name)}</td><th scope="row"><code translate="no">${clean(each.account)}</code></th>
        <td><${Moment} at=${each.since} /></td><td><${Until} leaver=${each} now=${now} /></td></tr>`)}</tbody></table></div>
    ${data.leavers_more > 0 && html`<p class="hint">${t("leavers_more", { count: grouped(data.leavers_more) })}</p>`}<//>`;
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
  return html`
    <div class="hero"><h1>${say(data.headline)}</h1><div class="facts">
      <span>${clean(data.corp)}</span>
      ${data.going_on > 0 && html`<span>${t("index_going_on", { count: data.going_on })}</span>`}
      <span>${t("index_as_of")} <${Moment} at=${data.now} /></span></div></div>
    ${["attention", "leavers_due"].map((name) => data[name].length > 0 && html`<${Card} title=${t(name)} tone="warn"><ul class="needs">
      ${data[name].map((run) => html`<${Need} key=${run.run_id} run=${run} data=${data} now=${now} />`)}</ul><//>`)}
    ${desk?.posts.files && html`<${Bring} runs=${data.runs} />`}
    ${!data.heard && html`<${Card} title=${t("unheard")} tone="warn"><p>${t("unheard_hint")}</p><//>`}
    ${data.desk_notes.map(([title, advice]) => html`<${Card} title=${say(title)} tone="warn"><p>${say(advice)}</p><//>`)}
    ${data.unreached.length > 0 && html`<${Card} title=${t("unreached", { users: listed(data.unreached) })} tone="warn"><p>${t("unreached_hint")}</p><//>`}
    ${!data.alarms_heard && html`<${Card} title=${t("alarms_unheard")} tone="warn"><p>${t("alarms_unheard_hint")}</p><//>`}
    <div class="two"><${Success} data=${data} now=${now} /><${Drift} drift=${data.drift} now=${now} /></div>
    ${data.leavers.length > 0 && html`<${Leavers} data=${data} now=${now} />`}
    <${Runs} data=${data} />
    <${Settings} data=${data} />`;
}

mount(CorpPage);
